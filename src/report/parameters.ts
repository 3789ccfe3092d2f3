/** How parameters read: their names for people, the unit of their values, and which of them vary. */
import { byLeadership } from "../results/phrases.ts";
import type { Cell, ParameterValue } from "../results/result.ts";
import { formatCount, formatMs, formatNumber } from "./format-number.ts";
import { printable } from "./printable.ts";

export { isWorkload } from "../results/main-metric.ts";

/** Longest parameter value that a table shows in full; file names can be longer. */
const LONGEST_VALUE = 32;

const DURATIONS: ReadonlySet<string> = new Set(["pollInterval", "duration", "backoff"]);

const LABELS: Readonly<Record<string, string>> = {
  dagSize: "DAG size",
  dagFile: "DAG file",
  pollInterval: "poll interval",
};

/** The parameters of some cells, by whether their values differ. */
export interface ParameterSplit {
  /** Names of the parameters that take more than one value (or are missing in some cells). */
  readonly varying: readonly string[];
  /** Names and values of those that are the same in every cell. */
  readonly constant: readonly (readonly [string, ParameterValue])[];
  /** Pairs of a parameter and the varying one that it always equals (`concurrency`, `claimBatch`). */
  readonly following: readonly (readonly [string, string])[];
}

/** A parameter's name for people: `chunkSize` → `chunk size`. */
export function parameterLabel(name: string): string {
  return (
    LABELS[name] ??
    name
      .replaceAll(/[-_]+/g, " ")
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
      .toLowerCase()
  );
}

/** A parameter's value with its unit; `–` where the parameter has no effect in a cell. */
export function parameterText(name: string, value: ParameterValue | undefined): string {
  if (value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    if (isDuration(name)) return formatMs(value);
    if (name === "arrivalRate") return `${formatCount(value)}/s`;
    if (name === "speed") return `${formatCount(value)}x`;
    return Number.isInteger(value) ? formatCount(value) : formatNumber(value);
  }
  const text = printable(value);
  const letters = [...text];
  if (letters.length <= LONGEST_VALUE) return text;
  return `…${letters.slice(1 - LONGEST_VALUE).join("")}`;
}

/** Whether a parameter's numbers are milliseconds. */
export function isDuration(name: string): boolean {
  return DURATIONS.has(name) || name.endsWith("Ms");
}

/** Splits the parameters of `cells` into those that vary and those that tell nothing new, in the order in which they first appear. */
export function splitParameters(cells: readonly Pick<Cell, "parameters">[]): ParameterSplit {
  const names = byLeadership(cells.flatMap((cell) => Object.keys(cell.parameters)));
  const varying: string[] = [];
  const constant: [string, ParameterValue][] = [];
  const following: [string, string][] = [];
  const equal = (a: string, b: string): boolean =>
    cells.every(({ parameters }) => parameters[a] === parameters[b]);
  for (const name of names) {
    const first = cells[0]?.parameters[name];
    if (first !== undefined && cells.every((cell) => cell.parameters[name] === first)) {
      constant.push([name, first]);
      continue;
    }
    const leader = varying.find((other) => equal(other, name));
    if (leader === undefined) varying.push(name);
    else following.push([name, leader]);
  }
  return { varying, constant, following };
}

/**
 * A cell in words, by the parameters named: `values, chunk size 1,000`. Words speak for themselves;
 * numbers and switches carry their name. Parameters that the cell does not have are left out.
 */
export function cellLabel(cell: Pick<Cell, "parameters">, names: readonly string[]): string {
  const parts = names.flatMap((name) => {
    const value = cell.parameters[name];
    return value === undefined ? [] : [valueLabel(name, value)];
  });
  // `poll interval 10 ms` says `poll` already.
  return parts.filter((part, index) => !parts[index + 1]?.startsWith(`${part} `)).join(", ");
}

/** One parameter value in words: `values`, `chunk size 1,000`. */
export function valueLabel(name: string, value: ParameterValue): string {
  const text = parameterText(name, value);
  const speaks = typeof value === "string" && name !== "chunkSize";
  return speaks ? text : `${parameterLabel(name)} ${text}`;
}
