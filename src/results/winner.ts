/** Which cell of a scenario is the fastest, and by how much. */

import type { Interval } from "../stats/intervals.ts";
import { medianShift } from "../stats/mann-whitney.ts";
import type { Finding } from "./finding.ts";
import { metricOf } from "./metric.ts";
import { cellName, count, factor, figure, groupBy, varyingParameters } from "./phrases.ts";
import type { Cell } from "./result.ts";
import { metricValues } from "./summarize.ts";

/** Cells compete only under the same conditions; every other parameter is a choice. */
const CONDITIONS = ["dagSize", "shape"] as const;
/** More cells than this that cannot be told apart are counted instead of named. */
const MAX_NAMED = 3;

/** One finding for each set of conditions under which at least two cells completed. */
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
  const groups = groupBy(completed, (parameters) => CONDITIONS.map((name) => parameters[name]));
  return groups.flatMap((group) => {
    const advantage = (value: number) => (better === "higher" ? value : -value);
    const ordered = group.toSorted(
      (a, b) => advantage(medianOf(b, metric)) - advantage(medianOf(a, metric)),
    );
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
  const conditions = cellName(best, CONDITIONS);
  const { unit } = metricOf(metric);
  return {
    kind: "winner",
    scenario,
    cell: best.parameters,
    metric,
    evidence:
      `${cellName(best, names)} is the fastest of ${count(ordered.length, "cell")}` +
      `${conditions === "" ? "" : ` at ${conditions}`}: ${figure(medianOf(best, metric))} ${unit}, ` +
      `${factor(lead.ratio)} ${intervalText(lead.interval)} the next, ${cellName(next, names)}` +
      rivalsText(rivals, names),
    values: {
      median: medianOf(best, metric),
      leadRatio: lead.ratio,
      ...(lead.interval && { leadRatioLow: lead.interval.low, leadRatioHigh: lead.interval.high }),
      cells: ordered.length,
      rivals: rivals.length,
    },
    advice:
      rivals.length === 0
        ? `Use ${cellName(best, names)} under these conditions.`
        : "Take the simplest of them, or add --trials to tell them apart.",
  };
}

/** How many times faster `best` is than `other`: by medians with few trials, else by the rank estimate. */
function leadOf(
  best: Cell,
  other: Cell,
  metric: string,
): { readonly ratio: number; readonly interval: Interval | null } {
  const [fast, slow] = [best, other].map(({ trials }) =>
    metricValues(trials, metric).map((value) => Math.log(value)),
  );
  const [from, to] = metricOf(metric).better === "higher" ? [slow, fast] : [fast, slow];
  const { shift, interval } = medianShift(from ?? [], to ?? []);
  return {
    ratio: Math.exp(shift),
    interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
  };
}

/** Proven slower: the whole interval of the lead lies above 1. */
function isSlower(best: Cell, other: Cell, metric: string): boolean {
  return (leadOf(best, other, metric).interval?.low ?? 0) > 1;
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
