/** How metrics read in headings, and which of them a scenario's table shows. */
import { METRICS, metricOf } from "../results/metric.ts";
import type { Cell } from "../results/result.ts";
import { formatCount, formatMetric, formatNumber } from "./format-number.ts";

/** The metrics of one scenario, in the order of their columns. */
export interface MetricChoice {
  /** The metric that ranks the cells. */
  readonly main: string;
  /** The metrics beside it, the most telling first. */
  readonly secondary: readonly string[];
}

const SUBMIT: MetricChoice = {
  main: "submitRowsPerS",
  secondary: ["submitMs", "statementBytesMax", "parametersMax", "peakRssBytes"],
};

const DRAIN: MetricChoice = {
  main: "drainJobsPerS",
  secondary: ["drainMs", "commits", "polls", "queueWaitMsP99", "cpuS", "peakRssBytes"],
};

/** How many metrics stand beside the main one in a scenario that says which metrics answer it, and in one that does not. */
const NAMED_SECONDARY = 7;
const UNKNOWN_SECONDARY = 5;

const HEADINGS: Readonly<Record<string, string>> = {
  submitRowsPerS: "rows/s",
  drainJobsPerS: "jobs/s",
  submitMs: "time",
  drainMs: "time",
  statementBytesMax: "longest SQL",
  parametersMax: "parameters",
  peakRssBytes: "peak RSS",
  queueWaitMsP50: "wait p50",
  queueWaitMsP99: "wait p99",
  wakeMsP50: "wake p50",
  wakeMsP99: "wake p99",
  endToEndJobsPerS: "jobs/s",
  completedJobsPerS: "done/s",
  offeredJobsPerS: "offered/s",
  attemptsPerS: "attempts/s",
  itemsPerS: "items/s",
  backlogJobsMax: "backlog",
  latencyMsP50: "p50",
  latencyMsP99: "p99",
  uncorrectedMsP50: "uncorrected p50",
  uncorrectedMsP99: "uncorrected p99",
  latenessMsP99: "late p99",
  wakeCommitsP50: "p50 in commits",
  wakeCommitsP99: "p99 in commits",
  idleCpuPct: "idle CPU",
  generatorPct: "generator",
  makespanToPath: "vs path",
  makespanToRecorded: "vs recorded",
  passMsP50: "pass p50",
  passMsP99: "pass p99",
  cpuS: "CPU",
  dbBytes: "database",
  walBytes: "WAL",
};

/** A metric's column heading: `submitRowsPerS` → `rows/s`, `endToEndMs` → `end to end`. */
export function metricHeading(name: string): string {
  const known = HEADINGS[name];
  return known ?? plainHeading(name);
}

function plainHeading(name: string): string {
  return name
    .replace(/PerS$/, "/s")
    .replace(/(Bytes|Ms|S)(?=P\d+$|Max$|$)/, "")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();
}

/** A metric's name where nothing else says what it is about: `latencyMsP99` → `latency p99`. */
export function metricTitle(name: string): string {
  return HEADINGS[name]?.includes(" ") === true ? metricHeading(name) : plainHeading(name);
}

/** A metric's value under its heading; a rate leaves out the unit that its heading already says. */
export function metricText(name: string, value: number): string {
  const { unit } = metricOf(name);
  if (unit.endsWith("/s")) return formatNumber(value);
  if (unit === "jobs" || unit === "edges") return formatCount(value);
  return formatMetric(value, unit);
}

/** Whether more of this metric is better. */
export function higherIsBetter(name: string): boolean {
  return metricOf(name).better === "higher";
}

/**
 * Which metrics to show for a scenario: fixed for `submit` and `drain`, else those that the scenario
 * names, the most important first. Where it names none: as for `submit` or `drain` if it measures the
 * same, else the first judged metric that its cells carry and those after it.
 */
export function metricChoice(
  scenario: string,
  cells: readonly Cell[],
  metrics: readonly string[] = [],
): MetricChoice {
  if (scenario === "submit") return SUBMIT;
  if (scenario === "drain") return DRAIN;
  const [first, ...others] = metrics;
  if (first !== undefined) return { main: first, secondary: others.slice(0, NAMED_SECONDARY) };
  const carried = new Set(cells.flatMap((cell) => Object.keys(cell.summary)));
  if (carried.has(DRAIN.main)) return DRAIN;
  if (carried.has(SUBMIT.main)) return SUBMIT;
  const order = Object.keys(METRICS);
  const judged = [...carried]
    .filter((name) => metricOf(name).better !== "none")
    .sort((a, b) => rank(order, a) - rank(order, b));
  const [main, ...rest] = judged.length > 0 ? judged : [...carried];
  return { main: main ?? "trials", secondary: rest.slice(0, UNKNOWN_SECONDARY) };
}

/** Known metrics in the order in which they are declared, then foreign ones as they come. */
function rank(order: readonly string[], name: string): number {
  const position = order.indexOf(name);
  return position < 0 ? order.length : position;
}
