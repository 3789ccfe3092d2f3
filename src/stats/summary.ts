/** One sample in a few numbers that single wild values cannot move. */
import assert from "node:assert/strict";
import { at, mean, sorted } from "./elements.ts";

/**
 * What makes the median absolute deviation estimate the standard deviation of normal data:
 * 1 / Φ⁻¹(3/4).
 */
const MAD_TO_SIGMA = 1.482602218505602;
/** The same for the mean absolute deviation: √(π / 2). */
const MEAN_DEVIATION_TO_SIGMA = 1.2533141373155003;

/** The middle value; the mean of the two middle ones for an even count. At least one value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which the share `p` (0…1) of a sample lies: linear interpolation between the order
 * statistics around position (n − 1) · p, Hyndman and Fan's type 7, as in R, NumPy and spreadsheets.
 */
export function quantile(values: readonly number[], p: number): number {
  assert(values.length > 0, "a quantile of no values");
  assert(p >= 0 && p <= 1, `a quantile at ${p}`);
  const ordered = sorted(values);
  const position = (ordered.length - 1) * p;
  const below = at(ordered, Math.floor(position));
  const above = at(ordered, Math.ceil(position));
  return below + (above - below) * (position - Math.floor(position));
}

/** The median distance from the median, in the unit of the values. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const center = median(values);
  return median(values.map((value) => Math.abs(value - center)));
}

/**
 * A robust standard deviation: the scaled median absolute deviation. When more than half of the
 * values are equal that is 0, and the scaled mean absolute deviation takes its place.
 */
export function robustSigma(values: readonly number[]): number {
  const center = median(values);
  const deviations = values.map((value) => Math.abs(value - center));
  const typical = median(deviations);
  return typical > 0 ? typical * MAD_TO_SIGMA : mean(deviations) * MEAN_DEVIATION_TO_SIGMA;
}

/** The robust standard deviation relative to the median; null when the median is 0. */
export function relativeSpread(values: readonly number[]): number | null {
  const center = median(values);
  return center === 0 ? null : robustSigma(values) / Math.abs(center);
}
