/** A scenario's promises (`submitMs < 500`) held against the medians of its cells. */

import type { Cell } from "../results/result.ts";
import { cellName } from "./cell-name.ts";

const HOLDS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

/** One line for each promise that the median of an ok cell breaks. `thresholds` are by scenario name. */
export function missedThresholds(
  cells: readonly Cell[],
  thresholds: Readonly<Record<string, readonly string[]>>,
): string[] {
  return cells.flatMap((cell) => {
    if (cell.status !== "ok") return [];
    const own = Object.hasOwn(thresholds, cell.scenario) ? thresholds[cell.scenario] : undefined;
    return (own ?? []).flatMap((text) => {
      const [metric = "", operator = "", limit = ""] = text.split(" ");
      const median = cell.summary[metric]?.median;
      const holds = HOLDS[operator];
      if (median === undefined || holds === undefined || holds(median, Number(limit))) return [];
      return [`${text} is missed: ${median} with ${cellName(cell)}`];
    });
  });
}
