/** Values that rise or fall in the order they were measured (Mann and Kendall's test, Theil and Sen's slope). */
import { at, sum } from "./elements.ts";
import { normalCdf } from "./normal.ts";
import { tieSizes } from "./ranks.ts";
import { median } from "./summary.ts";

/** Up to this many values without ties the exact distribution is counted. */
const MAX_EXACT = 60;
const MAX_P = 0.01;
/** A change over the whole sample that is smaller than this harms no conclusion. */
const MIN_CHANGE = 0.05;
/** All pairs are compared: longer samples are replaced by the medians of this many stretches. */
const MAX_VALUES = 400;

/** What {@link mannKendall} finds. */
export interface TrendTest {
  /** Rising pairs less falling pairs. */
  readonly s: number;
  /** Two-sided; exact without ties up to 60 values. */
  readonly pValue: number;
}

/** A trend that is both real and large. */
export interface Drift {
  /** Change from the first to the last value along the fitted line, relative to the median. */
  readonly relativeChange: number;
  readonly pValue: number;
}

/** Tests for a monotonic trend in the order of the values. */
export function mannKendall(values: readonly number[]): TrendTest {
  let s = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      s += Math.sign(at(values, j) - at(values, i));
    }
  }
  const ties = tieSizes(values);
  const exact = ties.length === 0 && values.length <= MAX_EXACT;
  return {
    s,
    pValue: exact ? exactPValue(values.length, s) : normalPValue(values.length, ties, s),
  };
}

/** The median slope between all pairs, per step: robust against outliers. At least two values. */
export function theilSenSlope(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      slopes.push((at(values, j) - at(values, i)) / (j - i));
    }
  }
  return median(slopes);
}

/** A trend of p < 1 % that moves the values by 5 % or more from first to last, or null. */
export function drift(sample: readonly number[]): Drift | null {
  if (sample.length < 2) {
    return null;
  }
  const values = sample.length > MAX_VALUES ? stretchMedians(sample) : sample;
  const center = median(values);
  const { pValue } = mannKendall(values);
  if (pValue >= MAX_P || center === 0) {
    return null;
  }
  const relativeChange = (theilSenSlope(values) * (values.length - 1)) / Math.abs(center);
  return Math.abs(relativeChange) >= MIN_CHANGE ? { relativeChange, pValue } : null;
}

function stretchMedians(sample: readonly number[]): number[] {
  const bound = (stretch: number) => Math.floor((stretch * sample.length) / MAX_VALUES);
  return Array.from({ length: MAX_VALUES }, (_, i) => median(sample.slice(bound(i), bound(i + 1))));
}

/** The share of all orders of n values that have at least as strong a trend. */
function exactPValue(n: number, s: number): number {
  // s = pairs − 2 · inversions, so the distribution of s is that of the inversions of a permutation.
  const pairs = (n * (n - 1)) / 2;
  let shares = new Float64Array(pairs + 1);
  shares[0] = 1;
  for (let size = 2; size <= n; size++) {
    const next = new Float64Array(pairs + 1);
    let window = 0;
    for (let inversions = 0; inversions <= pairs; inversions++) {
      window += at(shares, inversions);
      if (inversions >= size) {
        window -= at(shares, inversions - size);
      }
      next[inversions] = Math.max(0, window) / size;
    }
    shares = next;
  }
  let far = 0;
  for (const [inversions, share] of shares.entries()) {
    far += Math.abs(pairs - 2 * inversions) >= Math.abs(s) ? share : 0;
  }
  return Math.min(1, far);
}

/** The normal approximation with continuity and tie corrections. */
function normalPValue(n: number, ties: readonly number[], s: number): number {
  const full = n * (n - 1) * (2 * n + 5);
  const variance = (full - sum(ties.map((t) => t * (t - 1) * (2 * t + 5)))) / 18;
  if (variance === 0) {
    return 1;
  }
  return Math.min(1, 2 * normalCdf(-Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance)));
}
