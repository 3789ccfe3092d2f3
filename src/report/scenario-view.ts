/**
 * One scenario of a result, ready to be shown: which metric ranks its cells, which parameters vary,
 * and which cell won. Tables, summary and charts all read this, so they cannot disagree on a winner.
 *
 * Only cells that did the same work are ranked against each other: 1,000 jobs never lose to 100,000.
 */
import type { Cell, MetricSummary, Result } from "../results/result.ts";
import { higherIsBetter, metricChoice } from "./metric-label.ts";
import { cellLabel, isWorkload, type ParameterSplit, splitParameters } from "./parameters.ts";

/** A cell with its place among the cells of the same work. */
export interface RankedCell {
  readonly cell: Cell;
  /** The main metric; undefined for a cell that was cut, failed or skipped. */
  readonly value: MetricSummary | undefined;
  /** How many times worse than the best cell (1 for the best); null without a value. */
  readonly ratio: number | null;
  /** The best of at least two cells. */
  readonly winner: boolean;
  /** Not the winner, but its interval overlaps the winner's. */
  readonly tied: boolean;
}

/** The cells that did the same work, best first, then those without a value in the order of the run. */
export interface WorkGroup {
  /** The work in words, by the parameters that vary: `DAG size 1,000`; empty when there is one group. */
  readonly work: string;
  /** The number of jobs asked for, where the scenario has that parameter. */
  readonly dagSize: number | null;
  readonly rows: readonly RankedCell[];
}

/** One scenario of a result. */
export interface ScenarioView extends ParameterSplit {
  readonly scenario: string;
  /** The metric that ranks. */
  readonly main: string;
  /** The metrics shown beside it. */
  readonly secondary: readonly string[];
  /** The varying parameters that say what the work is. */
  readonly work: readonly string[];
  /** The varying parameters that are settings, not work. */
  readonly settings: readonly string[];
  /** Small work first. */
  readonly groups: readonly WorkGroup[];
}

/** The scenarios of a result, in the order in which they first appear. */
export function scenarioViews(result: Result): readonly ScenarioView[] {
  const byScenario = groupBy(result.cells, (cell) => cell.scenario);
  return [...byScenario].map(([scenario, cells]) => {
    const head = result.scenarios?.find(({ name }) => name === scenario);
    return viewOf(scenario, cells, head?.metrics ?? []);
  });
}

function viewOf(
  scenario: string,
  cells: readonly Cell[],
  metrics: readonly string[],
): ScenarioView {
  const split = splitParameters(cells);
  const { main, secondary } = metricChoice(scenario, cells, metrics);
  const work = split.varying.filter(isWorkload);
  const groups = [...groupBy(cells, (cell) => cellLabel(cell, work))].map(([label, members]) => ({
    work: label,
    dagSize: dagSizeOf(members[0]),
    rows: ranked(members, main),
  }));
  groups.sort((a, b) => (a.dagSize ?? 0) - (b.dagSize ?? 0));
  const settings = split.varying.filter((name) => !isWorkload(name));
  return { ...split, scenario, main, secondary, work, settings, groups };
}

/** The jobs that a cell asked for, or null where its scenario has no such parameter. */
function dagSizeOf(cell: Cell | undefined): number | null {
  const { dagSize } = cell?.parameters ?? {};
  return typeof dagSize === "number" ? dagSize : null;
}

function ranked(cells: readonly Cell[], main: string): readonly RankedCell[] {
  const sign = higherIsBetter(main) ? -1 : 1;
  const measured = cells.flatMap((cell) => {
    const value = cell.status === "ok" ? cell.summary[main] : undefined;
    return value === undefined ? [] : [{ cell, value }];
  });
  measured.sort((a, b) => sign * (a.value.median - b.value.median));
  const best = measured[0]?.value;
  const rows = measured.map(({ cell, value }, place) => ({
    cell,
    value,
    ratio: best === undefined ? null : timesWorse(value.median, best.median),
    winner: place === 0 && cells.length > 1,
    tied: place > 0 && best !== undefined && overlap(value, best),
  }));
  const without = cells
    .filter((cell) => !measured.some((entry) => entry.cell === cell))
    .map((cell) => ({ cell, value: undefined, ratio: null, winner: false, tied: false }));
  return [...rows, ...without];
}

/** At least 1, whichever direction is better; null where a zero makes it meaningless. */
function timesWorse(value: number, best: number): number | null {
  if (value <= 0 || best <= 0) return null;
  return Math.max(value / best, best / value);
}

function overlap(a: MetricSummary, b: MetricSummary): boolean {
  if (a.ciLow === null || a.ciHigh === null || b.ciLow === null || b.ciHigh === null) return false;
  return a.ciLow <= b.ciHigh && b.ciLow <= a.ciHigh;
}

/** Groups in order of first appearance. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
