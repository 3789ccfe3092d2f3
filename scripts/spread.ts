/** How a figure of a committed benchmark is told: its median with the interval, the largest value, and how many there were. */
import { medianInterval } from "../src/stats/intervals.ts";
import { median } from "../src/stats/summary.ts";

const DIGITS = 4;

/** At least one value; without an interval below 6. */
export function spread(values: readonly number[]) {
  const round = (value: number): number => Number(value.toPrecision(DIGITS));
  const interval = medianInterval(values);
  return {
    median: round(median(values)),
    low: interval === null ? null : round(interval.low),
    high: interval === null ? null : round(interval.high),
    largest: round(Math.max(...values)),
    n: values.length,
  };
}
