/** Whether the noise itself has changed: the same median with twice the scatter is not the same system. */
import { mannWhitney } from "./mann-whitney.ts";
import { median, robustSigma } from "./summary.ts";

const MAX_P = 0.01;
const MIN_RATIO = 2;
/** With fewer values on a side the test cannot reach 1 %. */
const MIN_VALUES = 6;

/** A real and large change of scatter. */
export interface SpreadChange {
  /** Robust standard deviation after / before; Infinity when there was none before. */
  readonly ratio: number;
  readonly pValue: number;
}

/**
 * Compares the scatter of two samples around their own medians: a rank test on the distances from
 * the median, reported when p < 1 % and the robust standard deviation doubled or halved. Null when
 * nothing changed or a side has fewer than 6 values.
 */
export function spreadChange(
  before: readonly number[],
  after: readonly number[],
): SpreadChange | null {
  if (before.length < MIN_VALUES || after.length < MIN_VALUES) {
    return null;
  }
  const { pValue } = mannWhitney(distances(before), distances(after));
  const ratio = robustSigma(after) / robustSigma(before);
  const large = ratio >= MIN_RATIO || ratio <= 1 / MIN_RATIO;
  return pValue < MAX_P && large ? { ratio, pValue } : null;
}

function distances(values: readonly number[]): number[] {
  const center = median(values);
  return values.map((value) => Math.abs(value - center));
}
