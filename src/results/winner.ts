/** Which cell of a scenario is the fastest, by how much, and how sure that is. */
import type { Interval } from "../stats/intervals.ts";
import { medianShift } from "../stats/mann-whitney.ts";
import type { Finding } from "./finding.ts";
import { isWorkload } from "./main-metric.ts";
import { metricOf } from "./metric.ts";
import { cellName, count, factor, figure, groupBy, varyingParameters } from "./phrases.ts";
import type { Cell } from "./result.ts";
import { metricValues } from "./summarize.ts";

/** More cells than this that cannot be told apart are counted instead of named. */
const MAX_NAMED = 3;

/** Without an interval, a cell within this factor of the best is not called slower. */
const SMALL_LEAD = 1.1;

/** One finding for each work (shape, DAG size …) on which at least two cells completed. */
export function winnerFindings(
  scenario: string,
  cells: readonly Cell[],
  metric: string,
): Finding[] {
  const { better } = metricOf(metric);
  if (better === "none") {
    return [];
  }
  const completed = cells.filter(
    ({ status, summary }) => status === "ok" && (summary[metric]?.median ?? 0) > 0,
  );
  const groups = groupBy(completed, (parameters) =>
    Object.entries(parameters)
      .filter(([name]) => isWorkload(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return groups.flatMap((group) => {
    const advantage = (cell: Cell) =>
      better === "higher" ? medianOf(cell, metric) : -medianOf(cell, metric);
    const ordered = group.toSorted((a, b) => advantage(b) - advantage(a));
    const [best, next] = ordered;
    return best && next ? [winner(scenario, metric, ordered, best, next)] : [];
  });
}

function winner(
  scenario: string,
  metric: string,
  ordered: readonly Cell[],
  best: Cell,
  next: Cell,
): Finding {
  const names = varyingParameters(ordered);
  const rivals = ordered.filter((cell) => cell !== best && !isSlower(best, cell, metric));
  const lead = leadOf(best, next, metric);
  const { unit } = metricOf(metric);
  return {
    kind: "winner",
    scenario,
    cell: best.parameters,
    metric,
    evidence:
      `the fastest of ${count(ordered.length, "cell")}: ${figure(medianOf(best, metric))} ${unit}, ` +
      `${factor(lead.ratio)} the next, ${cellName(next, names)} ${intervalText(lead.interval)}` +
      rivalsText(rivals, names),
    values: {
      median: medianOf(best, metric),
      leadRatio: lead.ratio,
      ...(lead.interval && { leadRatioLow: lead.interval.low, leadRatioHigh: lead.interval.high }),
      cells: ordered.length,
      rivals: rivals.length,
    },
    advice: adviceFor(rivals, lead.interval, cellName(best, names)),
  };
}

function adviceFor(rivals: readonly Cell[], lead: Interval | null, name: string): string {
  if (rivals.length > 0) {
    return "take the simplest of them, or add --trials to tell them apart";
  }
  return lead === null
    ? `use ${name}; raise --budget or --trials to know by how much`
    : `use ${name} for this work`;
}

interface Lead {
  /** At least 1 when the medians say so: how many times better. */
  readonly ratio: number;
  readonly interval: Interval | null;
}

/**
 * How many times better `best` is than `other`: the median of all ratios between their trials, with
 * the interval that inverts the rank test; null with too few trials (4 and 4 suffice).
 */
function leadOf(best: Cell, other: Cell, metric: string): Lead {
  const logs = ({ trials }: Cell) => metricValues(trials, metric).map((value) => Math.log(value));
  const { shift, interval } =
    metricOf(metric).better === "higher"
      ? medianShift(logs(other), logs(best))
      : medianShift(logs(best), logs(other));
  return {
    ratio: Math.exp(shift),
    interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
  };
}

/** The whole interval of the lead lies above 1; with too few trials for one, the lead is not a small one. */
function isSlower(best: Cell, other: Cell, metric: string): boolean {
  const { ratio, interval } = leadOf(best, other, metric);
  return interval === null ? ratio >= SMALL_LEAD : interval.low > 1;
}

function intervalText(interval: Interval | null): string {
  return interval === null
    ? "(too few trials for an interval)"
    : `(95 % interval ${factor(interval.low)} to ${factor(interval.high)})`;
}

function rivalsText(rivals: readonly Cell[], names: readonly string[]): string {
  if (rivals.length === 0) {
    return "";
  }
  const named = rivals.slice(0, MAX_NAMED).map((cell) => cellName(cell, names));
  const more = rivals.length > MAX_NAMED ? ` and ${rivals.length - MAX_NAMED} more` : "";
  return `; not told apart from ${named.join(", ")}${more}`;
}

function medianOf({ summary }: Cell, metric: string): number {
  return summary[metric]?.median ?? Number.NaN;
}
