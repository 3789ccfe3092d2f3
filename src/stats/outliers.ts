/** Single trials that do not belong to the rest. */
import { at } from "./elements.ts";
import { median, robustSigma } from "./summary.ts";

/**
 * How many robust standard deviations are far: in normal noise one sample of a hundred has a value
 * beyond it, whatever its size. Iglewicz and Hoaglin's fixed 3.5 accuses one sample of six when it
 * has 6 values, because so few values often agree by chance. Fitted to 60,000 simulated samples of
 * each of twelve sizes from 6 to 300; a test repeats the simulation.
 */
const farIn = (size: number): number => 4.2 + 18 / (size - 3);

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
 * The values that are far from the median by the spread of the sample and by 5 % of the median or
 * more, in sample order. None for samples of fewer than 6.
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
        Math.abs(score) > farIn(values.length) &&
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
  const far =
    distance > farIn(rest.length) * sigma && distance > MIN_RELATIVE_DISTANCE * Math.abs(center);
  return far && center !== 0 ? first / center : null;
}
