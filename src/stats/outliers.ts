/** Single trials that do not belong to the rest. */
import { at } from "./elements.ts";
import { median, robustSigma } from "./summary.ts";

/** Iglewicz and Hoaglin's limit, in robust standard deviations. */
const FAR = 3.5;
/** A trial closer to the median than this is in order, however tight the others are. */
const MIN_RELATIVE_DISTANCE = 0.05;
/** With fewer values the spread is itself too uncertain to call anything far. */
const MIN_VALUES = 6;

/** A value that is far from the others. */
export interface Outlier {
  /** Its place in the sample. */
  readonly index: number;
  readonly value: number;
  /** Its distance from the median in robust standard deviations, with sign. */
  readonly score: number;
}

/**
 * The values more than 3.5 robust standard deviations and 5 % away from the median, in sample order.
 * None for samples of fewer than 6.
 */
export function outliers(values: readonly number[]): Outlier[] {
  if (values.length < MIN_VALUES) {
    return [];
  }
  const center = median(values);
  const sigma = robustSigma(values);
  if (sigma === 0) {
    return [];
  }
  return values
    .map((value, index) => ({ index, value, score: (value - center) / sigma }))
    .filter(
      ({ value, score }) =>
        Math.abs(score) > FAR &&
        Math.abs(value - center) > MIN_RELATIVE_DISTANCE * Math.abs(center),
    );
}

/**
 * Whether the first trial is an outlier against those after it, in the worse direction: a cold cache
 * or a cold CPU. Gives first / median of the rest, or null. Needs 6 values.
 */
export function slowFirst(values: readonly number[], worse: "higher" | "lower"): number | null {
  if (values.length < MIN_VALUES) {
    return null;
  }
  const first = at(values, 0);
  const rest = values.slice(1);
  const center = median(rest);
  const sigma = robustSigma(rest);
  const distance = worse === "higher" ? first - center : center - first;
  const far = distance > FAR * sigma && distance > MIN_RELATIVE_DISTANCE * Math.abs(center);
  return far && center !== 0 ? first / center : null;
}
