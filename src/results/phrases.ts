/** Numbers and cells in words, for the sentences of findings. */
import type { Cell, ParameterValue } from "./result.ts";

/** Three significant digits, thousands marked: `812,000`, `0.00313`, `1.5`. */
export function figure(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

/** A share as a percentage: 0.071 is `7.1 %`. */
export function percent(share: number): string {
  return `${(share * 100).toLocaleString("en-US", { maximumSignificantDigits: 2 })} %`;
}

/** A ratio as a factor: `1.84x`. */
export function factor(ratio: number): string {
  return `${figure(ratio)}x`;
}

/** A probability: `p = 0.0042`, or `p < 0.0001`. */
export function probability(p: number): string {
  return p < 1e-4
    ? "p < 0.0001"
    : `p = ${p.toLocaleString("en-US", { maximumSignificantDigits: 2 })}`;
}

/** `1 cell`, `3 cells`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}

/** A cell by the given parameters: `strategy=values chunkSize=1000`; those it lacks are left out. */
export function cellName(cell: Cell, names: readonly string[]): string {
  return names
    .filter((name) => Object.hasOwn(cell.parameters, name))
    .map((name) => `${name}=${cell.parameters[name]}`)
    .join(" ");
}

/** The parameters that do not have the same value in all cells, in the order in which they first appear. */
export function varyingParameters(cells: readonly Cell[]): string[] {
  const names = new Set(cells.flatMap(({ parameters }) => Object.keys(parameters)));
  return [...names].filter(
    (name) => new Set(cells.map(({ parameters }) => parameters[name])).size > 1,
  );
}

/** Splits cells into groups that agree on the given parameters; keeps the order of first appearance. */
export function groupBy(
  cells: readonly Cell[],
  keyOf: (parameters: Readonly<Record<string, ParameterValue>>) => readonly unknown[],
): Cell[][] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.scenario, ...keyOf(cell.parameters)]);
    const group = groups.get(key);
    if (group) {
      group.push(cell);
    } else {
      groups.set(key, [cell]);
    }
  }
  return [...groups.values()];
}
