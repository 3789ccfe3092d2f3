/** One measurement of a tuning: some cells of a built-in scenario, as `bench run` would measure them, in a folder of their own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { QuackmarkError } from "../lib/errors.ts";
import type { Cell, Environment, Result } from "../results/result.ts";
import { writeResult } from "../results/result-file.ts";
import { metricValues } from "../results/summarize.ts";
import { planRun } from "../runner/plan-run.ts";
import { type RunHooks, ScenarioRun } from "../runner/run-scenarios.ts";

/** What all measurements of one tuning share. */
export interface TuneBench {
  readonly id: string;
  readonly startedAt: string;
  readonly command: readonly string[];
  readonly environment: Environment;
  readonly folder: string;
  readonly trials: number;
  readonly budgetMs: number | null;
  readonly seed: number;
  /** A PostgreSQL url; null for the embedded store. */
  readonly store: string | null;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  readonly hooks: RunHooks;
  /** Called with each measurement, for its charts. */
  readonly onResult: (result: Result, folder: string) => Promise<void>;
}

/** Texts of parameter flags by parameter name. */
export type Parameters = Readonly<Record<string, string>>;

/** A trial that takes longer is cut: no setting is worth waiting for. */
const MAX_TRIAL_MS = 20_000;

/**
 * Measures every cell of the parameters' combinations; an interrupted or exhausted measurement returns what it has.
 *
 * @throws QuackmarkError (WRONG_ANSWER) when a check failed: figures of a queue that is wrong tune nothing
 */
export async function measure(
  bench: TuneBench,
  name: string,
  scenario: string,
  parameters: Parameters,
): Promise<readonly Cell[]> {
  const {
    id,
    startedAt,
    command,
    environment,
    trials,
    budgetMs,
    seed,
    durability,
    settings,
    hooks,
  } = bench;
  const folder = join(bench.folder, name);
  const plan = planRun(
    {
      scenarios: [scenario],
      parameters,
      dagFile: null,
      trials,
      budgetMs,
      maxTrialMs: MAX_TRIAL_MS,
      seed,
      durability,
      settings,
      store: bench.store,
      thresholds: [],
    },
    { id: `${id}-${name}`, startedAt, command },
  );
  mkdirSync(folder, { recursive: true });
  // What a scenario promises is for `bench run` to judge.
  const head = { plan: { ...plan, thresholds: {} }, environment };
  const result = await ScenarioRun.begin(head, folder, hooks).measure();
  await writeResult(folder, result);
  if (result.verdict === "invariant-violated") {
    throw new QuackmarkError(
      "WRONG_ANSWER",
      `A check failed while ${name} was measured, so its figures mean nothing; see ${folder}`,
    );
  }
  await bench.onResult(result, folder);
  return result.cells;
}

/** The values of a metric in the cells that have these parameters, trial by trial. */
export function valuesOf(
  cells: readonly Cell[],
  parameters: Readonly<Record<string, string | number>>,
  metric: string,
): readonly number[] {
  return cells
    .filter(
      (cell) =>
        cell.status === "ok" &&
        Object.entries(parameters).every(([name, value]) => cell.parameters[name] === value),
    )
    .flatMap(({ trials }) => metricValues(trials, metric));
}
