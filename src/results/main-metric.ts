/** The one metric that ranks the cells of a scenario, and the parameters that say which of them did the same work. */
import { METRICS, type MetricName } from "./metric.ts";
import type { Cell } from "./result.ts";

/** A scenario that drains is about draining, whatever it submits before. */
const RANKING: readonly MetricName[] = ["drainJobsPerS", "submitRowsPerS"];

/** Parameters that say what the work is. The others are settings, and settings compete with each other. */
const WORKLOAD: ReadonlySet<string> = new Set([
  "shape",
  "dagSize",
  "dagFile",
  "arrivalRate",
  "arrivals",
  "duration",
  "jobs",
  "urgentJobs",
  "failures",
  "width",
  "rounds",
  "speed",
  "subject",
  "items",
  "handlers",
]);

/**
 * The metric by which the cells of one scenario are ranked: the throughput that they carry, else the
 * first in the order of `METRICS` that varies and is better in one direction; undefined when they
 * carry none.
 */
export function mainMetricOf(cells: readonly Cell[]): MetricName | undefined {
  const carried = new Set(cells.flatMap((cell) => Object.keys(cell.summary)));
  const known = Object.keys(METRICS) as MetricName[];
  const judged = known.filter(
    (name) => METRICS[name].better !== "none" && !METRICS[name].deterministic,
  );
  return [...RANKING, ...judged].find((name) => carried.has(name));
}

/** Whether a parameter describes the work and not a setting: cells of different work are never ranked together. */
export function isWorkload(parameter: string): boolean {
  return WORKLOAD.has(parameter);
}
