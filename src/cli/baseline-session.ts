/** A session without a second build: the policy's cells and the calibration kernel in the same blocks. */
import { join } from "node:path";
import { KERNEL_CELL } from "../gate/compare-saved.ts";
import type { Ending } from "../gate/conclude.ts";
import { readEnvironment } from "../results/environment.ts";
import type { Result, ScenarioHead } from "../results/result.ts";
import { writeResult } from "../results/result-file.ts";
import { planCells } from "../runner/plan-cells.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import { ScenarioRun } from "../runner/run-scenarios.ts";
import { missedThresholds } from "../runner/thresholds.ts";
import { parseCellText } from "../scenario/cell-text.ts";
import { configuredSettings } from "./configured.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import { hearInterruption } from "./interruption.ts";
import type { PlannedPolicy } from "./policy-file.ts";
import { progressView } from "./progress.ts";
import type { FlagTexts } from "./run-flags.ts";
import { freshRunId } from "./run-id.ts";

/** Trials of each cell: as many as the interval of a ratio needs to be narrower than the margins on a calm machine. */
const BASELINE_TRIALS = 16;

/** A session, its folder, and how it ended. */
export interface BaselineSession {
  readonly result: Result;
  readonly folder: string;
  readonly ending: Pick<Ending, "end" | "failure" | "missed">;
}

/** Measures now. Throws an `InputError` before anything is measured. */
export async function measureBaseline(
  { cells, thresholds }: PlannedPolicy,
  flags: FlagTexts,
  command: readonly string[],
): Promise<BaselineSession> {
  const now = new Date();
  const id = freshRunId(now);
  const budgetMs = durationMs("--budget", flags["budget"] ?? "8m");
  const maxTrialMs = durationMs("--max-trial-time", flags["max-trial-time"] ?? "30s");
  const seed = wholeNumber("--seed", flags["seed"] ?? "1", 0, 0xffffffff);
  const kernel = planCells(parseCellText(KERNEL_CELL, "kernel"), "kernel");
  const settings = configuredSettings();
  const folder = createRunFolder(flags["out"] ?? join("results", "runs", id));
  const stop = hearInterruption();
  const view = progressView(process.stderr, budgetMs, () => performance.now());
  const startMs = performance.now();
  try {
    const plan = {
      id,
      startedAt: now.toISOString(),
      command,
      cells: [...cells.map(({ planned }) => planned), ...kernel.cells],
      scenarios: scenarioHeads([
        ...cells.map(({ judged }) => judged.scenario),
        kernel.scenario.name,
      ]),
      thresholds: {},
      trials: BASELINE_TRIALS,
      budgetMs,
      maxTrialMs,
      seed,
      durability: "full",
      settings,
      store: null,
      dagFile: null,
    } as const;
    const head = { plan, environment: await readEnvironment(folder.path) };
    const result = await ScenarioRun.begin(head, folder.path, {
      signal: stop.signal,
      spentMs: () => performance.now() - startMs,
      now: () => new Date(),
      onProgress: (progress) => view.show(progress),
    }).measure();
    await writeResult(folder.path, result);
    const missed = missedThresholds(result.cells, thresholds);
    return { result, folder: folder.path, ending: { ...endOf(result, cells.length), missed } };
  } catch (error) {
    folder.discard();
    throw error;
  } finally {
    view.end();
    stop.end();
  }
}

function scenarioHeads(names: readonly string[]): readonly ScenarioHead[] {
  return [...new Set(names)].map((scenario) => {
    const { name, question, metrics, chart } = planCells(
      { scenario, parameters: {} },
      scenario,
    ).scenario;
    return { name, question, metrics: [...metrics], chartX: chart.x };
  });
}

/** A cell that failed or was cut has no figures that count, and the head is to blame. */
function endOf(result: Result, policyCells: number): Pick<Ending, "end" | "failure"> {
  if (result.verdict === "interrupted") return { end: "interrupted", failure: null };
  const cell = result.cells
    .slice(0, policyCells)
    .findIndex(({ status }) => status === "failed" || status === "censored");
  const found = result.cells[cell];
  if (found === undefined) return { end: "saved", failure: null };
  const wrong = found.trials.some(({ checks }) => (checks?.violations.length ?? 0) > 0);
  const reason = found.reason ?? "it was cut (--max-trial-time)";
  return { end: "failed", failure: { cell, side: "head", reason, wrong } };
}
