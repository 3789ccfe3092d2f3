/** A run: blocks of one trial per cell in shuffled order, until the trials or the budget are spent. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { resolveConfig } from "../model/config.ts";
import { readEnvironment } from "../results/environment.ts";
import { findingsOf } from "../results/findings.ts";
import { type Cell, RESULT_SCHEMA_VERSION, type Result, type Trial } from "../results/result.ts";
import { summarizeTrials } from "../results/summarize.ts";
import { type CellParameters } from "../scenario/expand-cells.ts";
import { runTrial } from "./trial-process.ts";

/** A cell to measure. */
export interface PlannedCell {
  readonly scenario: string;
  readonly workload: "submit" | "drain";
  readonly parameters: CellParameters;
}

/** A run, resolved and validated. Times in milliseconds. */
export interface RunPlan {
  readonly id: string;
  readonly folder: string;
  readonly command: readonly string[];
  readonly cells: readonly PlannedCell[];
  /** Exactly this many per cell; null: as the budget allows. */
  readonly trials: number | null;
  readonly budgetMs: number;
  readonly maxTrialMs: number;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  readonly dagFile: string | null;
  /** Aborts the run after the current trial. */
  readonly signal: AbortSignal;
  onProgress(done: number, elapsedMs: number, cell: PlannedCell): void;
}

interface Measured {
  readonly planned: PlannedCell;
  readonly trials: Trial[];
  failure: string | null;
  longestMs: number;
}

function shuffled<T>(items: readonly T[], random: ReturnType<typeof xoroshiro128plus>): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

function isOpen(cell: Measured): boolean {
  return cell.failure === null && cell.trials.at(-1)?.censored === undefined;
}

/** Runs the plan. Every trial is in `journal.jsonl` the moment it ends. */
export async function runScenarios(plan: RunPlan): Promise<Result> {
  const started = new Date();
  const startedMs = performance.now();
  const elapsed = () => performance.now() - startedMs;
  const environment = await readEnvironment(plan.folder);
  const random = xoroshiro128plus(plan.seed);
  const cells: Measured[] = plan.cells.map((planned) => ({ planned, trials: [], failure: null, longestMs: 0 }));
  let order = 0;
  for (let block = 0; block < (plan.trials ?? Number.POSITIVE_INFINITY); block++) {
    let ran = 0;
    for (const cell of shuffled(cells.filter(isOpen), random)) {
      const affordable = block === 0 || plan.trials !== null || elapsed() + cell.longestMs < plan.budgetMs;
      if (plan.signal.aborted || !affordable) continue;
      await measureCell(plan, cell, order++);
      ran++;
      plan.onProgress(order, elapsed(), cell.planned);
    }
    if (ran === 0 || plan.signal.aborted) break;
  }
  const finished = cells.filter((cell) => cell.trials.length > 0 || cell.failure !== null).map(toCell);
  const wrong = violations(finished);
  for (const { cell, text } of wrong) Object.assign(cell, { status: "failed", reason: text });
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    id: plan.id,
    startedAt: started.toISOString(),
    finishedAt: new Date().toISOString(),
    command: [...plan.command],
    seed: plan.seed,
    environment,
    durability: plan.durability,
    store: "duckdb",
    config: { ...resolveConfig() },
    cells: finished,
    findings: [...findingsOf(finished)],
    verdict: wrong.length > 0 ? "invariant-violated" : plan.signal.aborted ? "interrupted" : finished.some((cell) => cell.status === "ok") ? "ok" : "nothing-measured",
  };
}

async function measureCell(plan: RunPlan, cell: Measured, order: number): Promise<void> {
  const startedMs = performance.now();
  const { workload, parameters, scenario } = cell.planned;
  const result = await runTrial({ workload, parameters, seed: plan.seed, durability: plan.durability, dagFile: plan.dagFile }, order, plan.maxTrialMs);
  if ("trial" in result) cell.trials.push(result.trial);
  else cell.failure = result.failure;
  cell.longestMs = Math.max(cell.longestMs, performance.now() - startedMs);
  appendFileSync(join(plan.folder, "journal.jsonl"), `${JSON.stringify({ scenario, parameters, ...result })}\n`);
}

function toCell(measured: Measured): Cell {
  const { planned, trials, failure } = measured;
  const complete = trials.filter((trial) => trial.censored === undefined);
  const status = failure !== null ? "failed" : complete.length > 0 ? "ok" : "censored";
  return {
    scenario: planned.scenario,
    parameters: { ...planned.parameters },
    status,
    ...(failure === null ? {} : { reason: failure }),
    trials,
    summary: summarizeTrials(trials),
  };
}

/** Cells whose checks failed, or whose rows differ from those of another cell with the same DAG. */
function violations(cells: readonly Cell[]): { cell: Cell; text: string }[] {
  const found: { cell: Cell; text: string }[] = [];
  const first = new Map<string, string>();
  for (const cell of cells) {
    for (const { checks } of cell.trials) {
      if (checks === null) continue;
      const dag = `${cell.parameters["dagFile"] ?? cell.parameters["shape"]} ${cell.parameters["dagSize"]}`;
      const content = `${checks.jobs} jobs, ${checks.edges} edges, checksum ${checks.checksum}`;
      const expected = first.get(dag) ?? content;
      first.set(dag, expected);
      if (checks.violations.length > 0) found.push({ cell, text: checks.violations.join("; ") });
      else if (expected !== content) found.push({ cell, text: `the stored rows differ: ${content}, other cells of this DAG have ${expected}` });
    }
  }
  return found;
}
