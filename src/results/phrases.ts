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

/** A ratio head / base, as a slowdown, in words: 1.12 is `12 % worse`, 0.9 is `10 % better`. */
export function slowdownText(ratio: number): string {
  const change = Math.abs(ratio - 1);
  if (change < 0.0005) return "the same";
  return `${percent(change)} ${ratio > 1 ? "worse" : "better"}`;
}

/** An interval of such a ratio: `8.1 % worse to 15 % worse`, `2 % better to 3 % worse`. */
export function slowdownIntervalText({ low, high }: { low: number; high: number }): string {
  return `${slowdownText(low)} to ${slowdownText(high)}`;
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

/** A parameter as it is typed: `dagSize` is `--dag-size`. */
export function flagName(parameter: string): string {
  return `--${parameter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A cell by the given parameters, as they are typed: `--strategy values --chunk-size 1000`; those it lacks are left out. */
export function cellName(cell: Pick<Cell, "parameters">, names: readonly string[]): string {
  return names
    .filter((name) => Object.hasOwn(cell.parameters, name))
    .map((name) => `${flagName(name)} ${cell.parameters[name]}`)
    .join(" ");
}

/**
 * The parameters that do not have the same value in all cells, in the order in which they first appear.
 * Of those that always equal each other (`concurrency` follows `claimBatch`) only the leader is named.
 */
export function varyingParameters(cells: readonly Cell[]): string[] {
  const names = byLeadership(cells.flatMap(({ parameters }) => Object.keys(parameters)));
  const varying: string[] = [];
  for (const name of names) {
    const values = cells.map(({ parameters }) => parameters[name]);
    if (new Set(values).size < 2) continue;
    const follows = varying.some((leader) =>
      cells.every(({ parameters }, place) => parameters[leader] === values[place]),
    );
    if (!follows) varying.push(name);
  }
  return varying;
}

/** Parameters that take the value of another one unless told otherwise: they never lead. */
const FOLLOWERS: readonly string[] = ["concurrency"];

/** The distinct names in their order, those that follow others last. */
export function byLeadership(names: readonly string[]): readonly string[] {
  const distinct = [...new Set(names)];
  return [
    ...distinct.filter((name) => !FOLLOWERS.includes(name)),
    ...distinct.filter((name) => FOLLOWERS.includes(name)),
  ];
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
