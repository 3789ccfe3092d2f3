/** From what the user asks for to a plan: scenarios are read, values checked, cells expanded. Measures nothing. */
import { basename, resolve } from "node:path";
import { InputError } from "../lib/errors.ts";
import { METRICS } from "../results/metric.ts";
import { readDagFile } from "../scenario/dag-file/read-dag-file.ts";
import { type CellParameters, expandCells } from "../scenario/expand-cells.ts";
import { loadScenario } from "../scenario/load-scenario.ts";
import { readOverrides } from "../scenario/parameters.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { refuseHugeCells } from "../scenario/work-size.ts";
import { cellsFor } from "./plan-store.ts";
import { planThresholds } from "./plan-thresholds.ts";
import type { PlannedCell, RunPlan } from "./run-plan.ts";

/** What to run. Times in milliseconds. */
export interface RunOptions {
  /** Names of built-in scenarios, or paths of scenario files; `submit` and `drain` when empty. */
  readonly scenarios: readonly string[];
  /** Texts of parameter flags by parameter name, such as `dagSize: "1000,10000"`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** A workflow file in place of a generated DAG. */
  readonly dagFile: string | null;
  readonly trials: number | null;
  readonly budgetMs: number | null;
  readonly maxTrialMs: number;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  /** A PostgreSQL url, without a password; null: DuckDB files. */
  readonly store: string | null;
  /** Engine settings in place of the defaults, by name; default: none. What a cell says wins over them. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Thresholds of the command line; see planThresholds. */
  readonly thresholds: readonly string[];
}

/** What `bench run` measures when no scenario is named. */
const DEFAULT_SCENARIOS: readonly string[] = ["submit", "drain"];

/** Identifies a run: its id, when it began, and the command. */
export type RunIdentity = Pick<RunPlan, "id" | "startedAt" | "command">;

/** Resolves and validates. Throws an `InputError` that names the wrong thing and the remedy. */
export function planRun(options: RunOptions, identity: RunIdentity): RunPlan {
  const { parameters, dagFile, trials, budgetMs, maxTrialMs, seed, durability, store } = options;
  const names = options.scenarios.length === 0 ? DEFAULT_SCENARIOS : new Set(options.scenarios);
  const scenarios = [...names].map((name) => loadScenario(name, Object.keys(METRICS)));
  refuseNamesakes(scenarios);
  const overrides = readOverrides(scenarios, parameters);
  const dag = dagFile === null ? undefined : readDagFile(dagFile);
  const cells = scenarios.flatMap((scenario, i) => {
    const expanded = cellsFor(store, scenario, expandCells(scenario, overrides[i], dag));
    refuseHugeCells(scenario, expanded);
    return expanded.map((cell) => plannedCell(scenario, cell));
  });
  return {
    ...identity,
    cells,
    scenarios: scenarios.map(({ name, question, metrics, chart }) => ({
      name,
      question,
      metrics: [...metrics],
      chartX: chart.x,
    })),
    thresholds: planThresholds(scenarios, options.thresholds, cells),
    trials,
    budgetMs,
    maxTrialMs,
    seed,
    durability,
    settings: options.settings ?? {},
    store,
    dagFile: dagFile === null ? null : resolve(dagFile),
  };
}

/** The handlers are no parameter, but who reads the result wants to know of them. */
export function plannedCell(
  { name, workload, handlers }: Scenario,
  cell: CellParameters,
): PlannedCell {
  return handlers === undefined
    ? { scenario: name, workload, parameters: cell }
    : {
        scenario: name,
        workload,
        parameters: { ...cell, handlers: basename(handlers) },
        handlers,
      };
}

/** Cells are told apart by the name of their scenario. */
function refuseNamesakes(scenarios: readonly Scenario[]): void {
  const names = scenarios.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new InputError(
    `Two of the scenarios are called "${twice}". Give one of the files another name: field.`,
  );
}
