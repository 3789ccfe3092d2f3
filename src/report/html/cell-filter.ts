/** Filtering the cells of one scenario by the values of their parameters. Pure and free of Node: the page uses it too. */
import type { Cell, ParameterValue } from "../../results/result.ts";
import { parameterLabel, parameterText, splitParameters } from "../parameters.ts";

/** One value that a reader can leave out. */
interface FilterValue {
  /** Undefined stands for the cells in which the parameter has no effect. */
  readonly value: ParameterValue | undefined;
  readonly text: string;
}

/** One parameter that takes several values. */
export interface FilterParameter {
  readonly name: string;
  readonly label: string;
  /** Numbers by size, then names in the order of the run, then the cells without the parameter. */
  readonly values: readonly FilterValue[];
}

/** For each parameter, by its place, the places of the values that are left out. */
export type LeftOut = readonly ReadonlySet<number>[];

/** What can be filtered: the parameters that differ between the cells, each with its values; not those that always equal another. */
export function filterParameters(cells: readonly Cell[]): readonly FilterParameter[] {
  return splitParameters(cells).varying.map((name) => {
    const values = [...new Set(cells.map((cell) => cell.parameters[name]))];
    return {
      name,
      label: parameterLabel(name),
      values: values.sort(byKindAndSize).map((value) => ({
        value,
        text: value === undefined ? "none" : parameterText(name, value),
      })),
    };
  });
}

/** The cells of which no value is left out, in their order. */
export function matchingCells(
  cells: readonly Cell[],
  parameters: readonly FilterParameter[],
  leftOut: LeftOut,
): readonly Cell[] {
  return cells.filter((cell) =>
    parameters.every(({ name, values }, place) => {
      const value = values.findIndex((one) => one.value === cell.parameters[name]);
      return leftOut[place]?.has(value) !== true;
    }),
  );
}

function byKindAndSize(a: ParameterValue | undefined, b: ParameterValue | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return rankOf(a) - rankOf(b);
}

function rankOf(value: ParameterValue | undefined): number {
  if (value === undefined) return 2;
  return typeof value === "number" ? 0 : 1;
}
