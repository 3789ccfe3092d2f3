/** Cells by name, for the commands that compare: `submit dagSize=1000 strategy=values` and what the scenario adds. */
import { InputError } from "../lib/errors.ts";
import { METRICS } from "../results/metric.ts";
import type { CellText } from "../scenario/cell-text.ts";
import { expandCells } from "../scenario/expand-cells.ts";
import { loadScenario } from "../scenario/load-scenario.ts";
import { readOverrides } from "../scenario/parameters.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { plannedCell } from "./plan-run.ts";
import { cellsFor } from "./plan-store.ts";
import type { PlannedCell } from "./run-plan.ts";

/** Cells of one scenario, at least one. */
export interface CellsOfText {
  readonly cells: readonly PlannedCell[];
  readonly scenario: Scenario;
}

/** The cells that a text stands for, at least one. An `InputError` begins with `source`. */
export function planCells({ scenario: name, parameters }: CellText, source: string): CellsOfText {
  try {
    const scenario = loadScenario(name, Object.keys(METRICS));
    const [overrides] = readOverrides([scenario], parameters);
    // Commands that compare measure the embedded store.
    const expanded = cellsFor(null, scenario, expandCells(scenario, overrides));
    const cells = expanded.map((cell) => plannedCell(scenario, cell));
    return { cells, scenario };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${source}: ${error.message}`, { cause: error });
  }
}
