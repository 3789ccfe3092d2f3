/** From raw trials to the figures that a cell shows. */
import { medianInterval } from "../stats/intervals.ts";
import { median } from "../stats/summary.ts";
import type { MetricSummary, Trial } from "./result.ts";

/** Summarizes every metric that at least one completed trial carries. Trials that were cut do not count. */
export function summarizeTrials(trials: readonly Trial[]): Record<string, MetricSummary> {
  const names = new Set(completedTrials(trials).flatMap(({ metrics }) => Object.keys(metrics)));
  return Object.fromEntries(
    [...names].map((name) => [name, summarizeValues(metricValues(trials, name))]),
  );
}

/** Median and interval of one metric, of at least one value. The interval is null below 6 values. */
export function summarizeValues(values: readonly number[]): MetricSummary {
  const interval = medianInterval(values);
  return {
    median: median(values),
    ciLow: interval?.low ?? null,
    ciHigh: interval?.high ?? null,
    n: values.length,
  };
}

/** One metric of the completed trials that carry it, in the order in which they ran. */
export function metricValues(trials: readonly Trial[], metric: string): number[] {
  return completedTrials(trials)
    .toSorted((a, b) => a.order - b.order)
    .flatMap(({ metrics }) => (Object.hasOwn(metrics, metric) ? (metrics[metric] ?? []) : []));
}

/**
 * Half the width of the interval relative to the median: how well the metric is known. Null while
 * there is no interval, or when the median is 0. The runner adds trials where this is largest.
 */
export function relativePrecision({ median: center, ciLow, ciHigh }: MetricSummary): number | null {
  return ciLow === null || ciHigh === null || center === 0
    ? null
    : (ciHigh - ciLow) / 2 / Math.abs(center);
}

/** The trials that count: those that ended, on a machine that was not disturbed (or was, once too often). */
export function completedTrials(trials: readonly Trial[]): readonly Trial[] {
  return trials.filter(({ censored, spoiled }) => censored === undefined && spoiled !== true);
}
