/**
 * Whether values move with time in several series at once: Kendall's rank test, summed over the
 * series (Hirsch, Slack and Smith's seasonal form), with the slope of Theil and Sen.
 *
 * A series of three trials proves nothing; forty of them that all fall do. No series is compared
 * with another, so they may measure quite different things.
 */
import { normalCdf } from "./special.ts";
import { median } from "./summary.ts";

/** One value and when it was seen; any unit that grows with time. */
export interface TimedValue {
  readonly at: number;
  readonly value: number;
}

/** A trend over all series. */
export interface Trend {
  /** Two-sided: how often series without any trend would look as one-sided as these. */
  readonly pValue: number;
  /** Median change of a value in one unit of time. */
  readonly slope: number;
}

/** All pairs are compared: longer series are thinned evenly to this length. */
const LONGEST_SERIES = 400;

/** The common trend of some series, or null when no two values can be compared. */
export function trendOf(series: readonly (readonly TimedValue[])[]): Trend | null {
  let score = 0;
  let variance = 0;
  const slopes: number[] = [];
  for (const values of series.map(thinned)) {
    for (const [place, later] of values.entries()) {
      for (const earlier of values.slice(0, place)) {
        const slope = (later.value - earlier.value) / (later.at - earlier.at);
        if (later.at === earlier.at) continue;
        score += Math.sign(slope);
        slopes.push(slope);
      }
    }
    variance += kendallVariance(values);
  }
  if (slopes.length === 0) return null;
  // The score moves in steps of 2: half a step is taken off before the normal curve is asked.
  const z = variance === 0 ? 0 : Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance);
  return { pValue: Math.min(1, 2 * normalCdf(-z)), slope: median(slopes) };
}

/** Variance of Kendall's score of `values` when every order is equally likely, ties in value considered. */
function kendallVariance(values: readonly TimedValue[]): number {
  const ties = new Map<number, number>();
  for (const { value } of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  return [...ties.values()].reduce((sum, n) => sum - term(n), term(values.length)) / 18;
}

function thinned(values: readonly TimedValue[]): readonly TimedValue[] {
  const ordered = values.toSorted((a, b) => a.at - b.at);
  if (ordered.length <= LONGEST_SERIES) return ordered;
  const step = Math.ceil(ordered.length / LONGEST_SERIES);
  return ordered.filter((_, place) => place % step === 0);
}
