/** Confidence intervals that assume nothing about the distribution of run times. */
import assert from "node:assert/strict";
import { betaQuantile } from "./beta.ts";
import { binomialCdf } from "./binomial.ts";
import { at, sorted } from "./elements.ts";
import { normalQuantile } from "./normal.ts";

/** The confidence that every interval has unless it says otherwise. */
export const CONFIDENCE = 0.95;

/** A range of values, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval between two order statistics that covers the median with at least the given
 * confidence, whatever the distribution; the narrowest symmetric choice. `coverage` is the exact
 * (binomial) figure. Null when the sample is too small, which at 95 % means fewer than 6 values.
 */
export function medianInterval(
  values: readonly number[],
  confidence: number = CONFIDENCE,
): (Interval & { readonly coverage: number }) | null {
  const n = values.length;
  // Leaving out k values at each end is right unless fewer than k + 1 lie on one side of the median.
  const miss = (leftOut: number) => 2 * binomialCdf(leftOut, n, 0.5);
  if (n === 0 || miss(0) > 1 - confidence) {
    return null;
  }
  let leftOut = 0;
  while (miss(leftOut + 1) <= 1 - confidence) {
    leftOut++;
  }
  const ordered = sorted(values);
  return {
    low: at(ordered, leftOut),
    high: at(ordered, n - 1 - leftOut),
    coverage: 1 - miss(leftOut),
  };
}

/** Wilson's score interval of a share: `successes` of `n`. For showing; gates use the exact one. */
export function wilsonInterval(
  successes: number,
  n: number,
  confidence: number = CONFIDENCE,
): Interval {
  requireShare(successes, n);
  const z = normalQuantile(0.5 + confidence / 2);
  const share = successes / n;
  const center = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const reach =
    (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return {
    low: successes === 0 ? 0 : Math.max(0, center - reach),
    high: successes === n ? 1 : Math.min(1, center + reach),
  };
}

/** Clopper and Pearson's interval of a share: never covers less than the confidence. */
export function exactInterval(
  successes: number,
  n: number,
  confidence: number = CONFIDENCE,
): Interval {
  const oneSided = (1 + confidence) / 2;
  return {
    low: exactLowerBound(successes, n, oneSided),
    high: exactUpperBound(successes, n, oneSided),
  };
}

/** The share that the true one lies below with the given one-sided confidence (Clopper–Pearson). */
export function exactUpperBound(
  successes: number,
  n: number,
  confidence: number = CONFIDENCE,
): number {
  requireShare(successes, n);
  return successes === n ? 1 : betaQuantile(confidence, successes + 1, n - successes);
}

/** The share that the true one lies above with the given one-sided confidence (Clopper–Pearson). */
export function exactLowerBound(
  successes: number,
  n: number,
  confidence: number = CONFIDENCE,
): number {
  requireShare(successes, n);
  return successes === 0 ? 0 : betaQuantile(1 - confidence, successes, n - successes + 1);
}

function requireShare(successes: number, n: number): void {
  assert(
    Number.isInteger(successes) && Number.isInteger(n) && n > 0 && successes >= 0 && successes <= n,
    `${successes} of ${n} is not a share`,
  );
}
