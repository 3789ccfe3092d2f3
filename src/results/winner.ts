/** The answer of a sweep: for each kind of work, the fastest cell, by how much, and whether that is certain. */
import { measureText, timesText } from "./evidence-text.ts";
import type { Finding } from "./finding.ts";
import { isWorkload } from "./main-metric.ts";
import { METRICS, type MetricName } from "./metric.ts";
import type { Cell, MetricSummary } from "./result.ts";

interface Contender {
  readonly cell: Cell;
  readonly value: MetricSummary;
}

/** One finding for each work (shape, DAG size …) on which at least two cells of the scenario were measured. */
export function winnerFindings(cells: readonly Cell[], metric: MetricName): Finding[] {
  const byWork = Map.groupBy(cells, workOf);
  return [...byWork.values()].flatMap((group) => winnerOf(group, metric) ?? []);
}

/** The parameters that two cells must share to have done the same work. */
function workOf({ parameters }: Cell): string {
  const work = Object.entries(parameters).filter(([name]) => isWorkload(name));
  return JSON.stringify(work.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function winnerOf(cells: readonly Cell[], metric: MetricName): Finding | undefined {
  const [best, next] = contendersOf(cells, metric);
  if (best === undefined || next === undefined) return undefined;
  const { unit } = METRICS[metric];
  const ratio = ratioOf(best.value.median, next.value.median);
  const certainty = certaintyOf(best.value, next.value);
  return {
    kind: "winner",
    scenario: best.cell.scenario,
    cell: best.cell.parameters,
    metric,
    evidence: `${measureText(best.value.median)} ${unit}${ratio}, ahead of ${differenceText(next.cell, best.cell)}; ${certainty.evidence}`,
    advice: certainty.advice,
  };
}

/** The measured cells, best first; equal ones in the order of the run. */
function contendersOf(cells: readonly Cell[], metric: MetricName): Contender[] {
  const sign = METRICS[metric].better === "higher" ? -1 : 1;
  return cells
    .flatMap((cell) => {
      const value = cell.status === "ok" ? cell.summary[metric] : undefined;
      return value === undefined ? [] : [{ cell, value }];
    })
    .toSorted((a, b) => sign * (a.value.median - b.value.median));
}

/** `, 1.78x`: always at least 1; empty where a zero makes it meaningless. */
function ratioOf(best: number, next: number): string {
  if (best <= 0 || next <= 0) return "";
  return `, ${timesText(Math.max(best / next, next / best))}`;
}

/** What `cell` has and `other` has not: `strategy unnest, chunkSize 1000`. */
function differenceText(cell: Cell, other: Cell): string {
  const differing = Object.entries(cell.parameters).filter(
    ([name, value]) => other.parameters[name] !== value,
  );
  const without = Object.keys(other.parameters).filter((name) => !(name in cell.parameters));
  const parts = [
    ...differing.map(([name, value]) => `${name} ${value}`),
    ...without.map((name) => `no ${name}`),
  ];
  return parts.length === 0 ? "an equal cell" : parts.join(", ");
}

function certaintyOf(
  best: MetricSummary,
  next: MetricSummary,
): Pick<Finding, "evidence" | "advice"> {
  if (best.ciLow === null || best.ciHigh === null || next.ciLow === null || next.ciHigh === null) {
    return {
      evidence: "too few trials for intervals",
      advice: "raise --budget or --trials before relying on a small lead",
    };
  }
  return best.ciLow <= next.ciHigh && next.ciLow <= best.ciHigh
    ? { evidence: "the intervals overlap", advice: "take the simpler setting of the two" }
    : { evidence: "the intervals do not overlap", advice: "use this setting for this work" };
}
