/** From raw trials to the figures that tables and gates read. */
import { medianInterval } from "../stats/intervals.ts";
import { median } from "../stats/summary.ts";
import type { MetricSummary, Trial } from "./result.ts";

/**
 * Median and 95 % interval of every metric that a completed trial carries. Trials that were cut are
 * left out: their metrics describe the part that was done and not the cell.
 */
export function summarizeTrials(trials: readonly Trial[]): Record<string, MetricSummary> {
  const complete = trials.filter((trial) => trial.censored === undefined);
  const names = new Set(complete.flatMap((trial) => Object.keys(trial.metrics)));
  return Object.fromEntries(
    [...names].map((name) => [name, summarizeValues(metricValues(complete, name))]),
  );
}

/** The values of one metric, in the order of the trials; trials without it are left out. */
export function metricValues(trials: readonly Trial[], name: string): number[] {
  return trials.flatMap(({ metrics }) =>
    Object.hasOwn(metrics, name) ? (metrics[name] ?? []) : [],
  );
}

function summarizeValues(values: readonly number[]): MetricSummary {
  const interval = medianInterval(values);
  return {
    median: median(values),
    ciLow: interval?.low ?? null,
    ciHigh: interval?.high ?? null,
    n: values.length,
  };
}
