/** Means of two samples with unequal spread (Welch), and the limit for the next value of a series: what other tools judge by. */
import assert from "node:assert/strict";
import { mean, sum } from "./elements.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { studentCdf, studentQuantile } from "./normal.ts";

/** What {@link welchTest} finds. */
export interface WelchTest {
  /** Mean of `b` minus mean of `a`. */
  readonly difference: number;
  /** Of the difference. */
  readonly interval: Interval;
  /** Two-sided. */
  readonly pValue: number;
}

/** Tests whether the mean of `b` differs from that of `a`. At least two values each. */
export function welchTest(
  a: readonly number[],
  b: readonly number[],
  confidence: number = CONFIDENCE,
): WelchTest {
  const [errorA, errorB] = [squaredError(a), squaredError(b)];
  const difference = mean(b) - mean(a);
  const error = Math.sqrt(errorA + errorB);
  // Without any spread the samples say exactly what they say.
  if (error === 0) {
    const interval = { low: difference, high: difference };
    return { difference, interval, pValue: difference === 0 ? 1 : 0 };
  }
  const degrees =
    (errorA + errorB) ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  const reach = studentQuantile((1 + confidence) / 2, degrees) * error;
  return {
    difference,
    interval: { low: difference - reach, high: difference + reach },
    pValue: 2 * studentCdf(-Math.abs(difference) / error, degrees),
  };
}

/** The value that the next one of a series exceeds with probability `1 − confidence`, were it normal and steady. At least two values. */
export function upperPredictionLimit(values: readonly number[], confidence: number): number {
  const n = values.length;
  const sigma = Math.sqrt(variance(values));
  return mean(values) + studentQuantile(confidence, n - 1) * sigma * Math.sqrt(1 + 1 / n);
}

/** The squared standard error of the mean. */
function squaredError(values: readonly number[]): number {
  return variance(values) / values.length;
}

function variance(values: readonly number[]): number {
  assert(values.length > 1, "the spread of fewer than two values");
  const center = mean(values);
  return sum(values.map((value) => (value - center) ** 2)) / (values.length - 1);
}
