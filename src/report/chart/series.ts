/** Which cells belong to one line, what it is called, and the colour that it shares with its relatives. */
import type { Cell } from "../../results/result.ts";
import { cellLabel } from "../parameters.ts";
import { printable } from "../printable.ts";
import type { RankedCell, ScenarioView } from "../scenario-view.ts";
import type { ChartPoint } from "./chart-spec.ts";

/** Cells along one parameter, all else being equal. */
export interface Series {
  readonly cells: readonly Cell[];
  /** By `x`, low to high. */
  readonly points: readonly ChartPoint[];
  /** Equal for series that share their colour. */
  readonly family: number;
}

/** A cell's name in a chart by the parameters in `names`; the scenario's where they tell nothing. */
export function nameBy(view: ScenarioView, cell: Cell, names: readonly string[]): string {
  const name = cellLabel(cell, names);
  return name === "" ? printable(view.scenario) : name;
}

/**
 * The colour number of a cell: its value of the first setting that is a word (strategy, wake), else
 * of the first setting. The same in all charts of a result.
 */
export function familyOf(view: ScenarioView, cell: Cell): number {
  const cells = cellsOf(view);
  const words = view.settings.find((name) =>
    cells.every(({ parameters }) => typeof parameters[name] === "string"),
  );
  const setting = words ?? view.settings[0];
  if (setting === undefined) return 0;
  const values = [...new Set(cells.map(({ parameters }) => parameters[setting]))];
  // By name and not by rank: a strategy keeps its colour when it falls behind.
  values.sort((a, b) => String(a).localeCompare(String(b), "en", { numeric: true }));
  return values.indexOf(cell.parameters[setting]);
}

/** Lines along the numbers of `parameter`, with at least `leastPoints` points each, the highest first. */
export function seriesAlong(
  view: ScenarioView,
  parameter: string,
  leastPoints: number,
): readonly Series[] {
  const others = [...view.settings, ...view.work].filter((name) => name !== parameter);
  const byLabel = new Map<string, { cells: Cell[]; points: ChartPoint[] }>();
  for (const { cell, value } of rowsOf(view)) {
    const x = cell.parameters[parameter];
    if (value === undefined || typeof x !== "number") continue;
    const label = cellLabel(cell, others);
    const known = byLabel.get(label) ?? { cells: [], points: [] };
    known.cells.push(cell);
    known.points.push({ x, y: value.median, low: value.ciLow, high: value.ciHigh });
    byLabel.set(label, known);
  }
  return [...byLabel.values()]
    .flatMap(({ cells, points }) => {
      const [first] = cells;
      if (first === undefined || new Set(points.map(({ x }) => x)).size < leastPoints) return [];
      points.sort((a, b) => Number(a.x) - Number(b.x));
      return [{ cells, points, family: familyOf(view, first) }];
    })
    .sort((a, b) => Number(b.points.at(-1)?.y) - Number(a.points.at(-1)?.y));
}

/** All rows of a scenario, whatever their work. */
export function rowsOf(view: ScenarioView): readonly RankedCell[] {
  return view.groups.flatMap((group) => group.rows);
}

function cellsOf(view: ScenarioView): readonly Cell[] {
  return rowsOf(view).map((row) => row.cell);
}
