/** How many times slower one set of trials is than another, and when that is noise. */
import type { Slowdown } from "../results/tune-result.ts";
import { medianShift } from "../stats/mann-whitney.ts";

/** Many pairs are compared in one command, so that each may err in 1 of 100 only. */
const TUNE_CONFIDENCE = 0.99;

/** A difference below this is nobody's gain: settings within it are equally good. */
const EQUAL_WITHIN = 1.05;

/** The median ratio of the trials' costs (positive, lower is better), with its interval. */
export function slowdownOf(costs: readonly number[], best: readonly number[]): Slowdown {
  const { shift, interval } = medianShift(best.map(Math.log), costs.map(Math.log), TUNE_CONFIDENCE);
  return {
    ratio: Math.exp(shift),
    low: interval === null ? null : Math.exp(interval.low),
    high: interval === null ? null : Math.exp(interval.high),
  };
}

/** Whether it is surely slower by more than nobody's gain. */
export function isSlower({ low }: Slowdown): boolean {
  return low !== null && low > EQUAL_WITHIN;
}

/** Whether nothing but noise, or nobody's gain, lies between the two. */
export function isEqual({ ratio, low }: Pick<Slowdown, "ratio" | "low">): boolean {
  return low !== null && low <= EQUAL_WITHIN && (low <= 1 || isClose({ ratio }));
}

/** Whether nobody would gain from the difference, were it exact. */
export function isClose({ ratio }: Pick<Slowdown, "ratio">): boolean {
  return ratio <= EQUAL_WITHIN;
}
