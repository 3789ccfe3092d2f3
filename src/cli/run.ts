/** `bench run`: flags → plan → run → result file, charts and report. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import { readEnvironment } from "../results/environment.ts";
import type { Environment, Result, Verdict } from "../results/result.ts";
import { writeResult } from "../results/result-file.ts";
import { readJournal } from "../runner/journal.ts";
import { refuseOwned } from "../runner/journal-owner.ts";
import { workFolder } from "../runner/measure-trial.ts";
import { planRun } from "../runner/plan-run.ts";
import { createRunFolder, type RunFolder } from "../runner/run-folder.ts";
import type { RunPlan } from "../runner/run-plan.ts";
import { type RunHooks, ScenarioRun } from "../runner/run-scenarios.ts";
import { missedThresholds } from "../runner/thresholds.ts";
import { flagOf } from "../scenario/parameters.ts";
import { configuredSettings } from "./configured.ts";
import { EXIT } from "./exit-codes.ts";
import { findResumed, RUNS_FOLDER } from "./find-run.ts";
import { type Format, readFormat } from "./formats.ts";
import { hearInterruption } from "./interruption.ts";
import { progressView } from "./progress.ts";
import { type FlagTexts, readBudgetMs, readRunOptions, refuseWithResume } from "./run-flags.ts";
import { freshRunId } from "./run-id.ts";
import { showResult } from "./show-result.ts";
import { writeCharts } from "./write-charts.ts";

/** The command line of `bench run`, as typed. */
export interface RunArguments {
  readonly scenarios: readonly string[];
  /** Texts of parameter flags by parameter name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly flags: FlagTexts;
  /** All values of `--threshold`. */
  readonly thresholds: readonly string[];
  readonly json: boolean;
  readonly charts: boolean;
  /** All of it, for the result. */
  readonly command: readonly string[];
}

const EXIT_OF: Readonly<Record<Verdict, number>> = {
  ok: EXIT.pass,
  "threshold-missed": EXIT.thresholdMissed,
  "invariant-violated": EXIT.invariantViolated,
  interrupted: EXIT.interrupted,
  "nothing-measured": EXIT.nothingMeasured,
};

/** Runs the command and returns the exit code. Throws an `InputError` before anything is measured. */
export async function runCommand(args: RunArguments): Promise<number> {
  const format = readFormat(args.flags["format"], args.json);
  const prepared = await (args.flags["resume"] === undefined ? prepareNew(args) : prepareOld(args));
  return runPrepared(prepared, format, args.charts);
}

/** Measures, saves and shows what was prepared, and returns the exit code. */
export async function runPrepared(
  { plan, folder, open }: Prepared,
  format: Format,
  charts: boolean,
): Promise<number> {
  const stop = hearInterruption();
  const view = progressView(process.stderr, plan.budgetMs, () => performance.now());
  try {
    const run = open({
      signal: stop.signal,
      // The clock of a process starts with it.
      spentMs: () => performance.now(),
      now: () => new Date(),
      onProgress: (progress) => view.show(progress),
    });
    const result = await run.measure();
    view.end();
    if (run.trialsDone === 0) {
      folder.discard();
      const why = run.stoppedBy ?? (stop.signal.aborted ? "interrupted" : "--budget ended");
      process.stderr.write(`bench: ${why} before the first trial had ended\n`);
    } else {
      if (run.stoppedBy !== null) process.stderr.write(`bench: ${run.stoppedBy}\n`);
      await finish(result, plan, folder.path, format, charts);
    }
    return EXIT_OF[result.verdict];
  } finally {
    view.end();
    stop.end();
  }
}

/** A run that has not begun. */
export interface Prepared {
  readonly plan: RunPlan;
  readonly folder: RunFolder;
  open(hooks: RunHooks): Measurement;
}

/** What is measured, whichever way its cells are chosen. */
interface Measurement {
  readonly trialsDone: number;
  /** What ended it early, other than the signal and the budget. */
  readonly stoppedBy: string | null;
  measure(): Promise<Result>;
}

/** How a measurement begins, once its plan and its folder are there. */
export type Begin = (
  head: { readonly plan: RunPlan; readonly environment: Environment },
  folder: string,
  hooks: RunHooks,
) => Measurement;

/** Plans a new run and makes its folder; `begin` chooses how its cells are measured. Throws an `InputError`. */
export async function prepareNew(
  { scenarios, parameters, flags, thresholds, command }: RunArguments,
  begin: Begin = (head, folder, hooks) => ScenarioRun.begin(head, folder, hooks),
): Promise<Prepared> {
  const now = new Date();
  const id = freshRunId(now);
  const options = readRunOptions(scenarios, parameters, flags, thresholds);
  const settings = configuredSettings();
  const plan = planRun({ ...options, settings }, { id, startedAt: now.toISOString(), command });
  const folder = createRunFolder(flags["out"] ?? join(RUNS_FOLDER, id));
  try {
    const environment = await readEnvironment(folder.path);
    const head = { plan, environment };
    return { plan, folder, open: (hooks) => begin(head, folder.path, hooks) };
  } catch (error) {
    folder.discard();
    throw error;
  }
}

async function prepareOld({ scenarios, parameters, flags }: RunArguments): Promise<Prepared> {
  refuseWithResume(scenarios, parameters, flags, flagOf);
  const { resume = "" } = flags;
  const path = findResumed(resume);
  // Two that write one journal would measure in each other's databases.
  refuseOwned(path);
  const { head, entries } = readJournal(path);
  rmSync(workFolder(path), { recursive: true, force: true });
  const environment = await readEnvironment(path);
  for (const field of ["fingerprint", "commit"] as const) {
    if (environment[field] === head.environment[field]) continue;
    throw new InputError(
      `--resume ${resume}: it was measured on another ${field === "commit" ? "commit" : "machine or version"} (${head.environment[field]}, now ${environment[field]}), and the trials would not compare. Start a new run.`,
    );
  }
  // A resumed run gets a budget of its own.
  const budgetMs =
    flags["budget"] === undefined && head.plan.budgetMs === null ? null : readBudgetMs(flags);
  const plan = { ...head.plan, budgetMs };
  return {
    plan,
    // What an earlier command made is not this command's to remove.
    folder: { path, discard: () => undefined },
    open: (hooks) => ScenarioRun.resume({ ...head, plan }, entries, path, hooks),
  };
}

async function finish(
  result: Result,
  plan: RunPlan,
  folder: string,
  format: Format,
  charts: boolean,
): Promise<void> {
  await saveResult(folder, result);
  if (charts) await writeCharts(result, folder);
  await showResult(result, format, { folder });
  for (const line of missedThresholds(result.cells, plan.thresholds)) {
    process.stderr.write(`bench: threshold ${line}\n`);
  }
  if (result.verdict === "interrupted") {
    process.stderr.write(`bench: interrupted; go on with: bench run --resume ${folder}\n`);
  }
}

/** A disk that filled up while measuring has no room for the result either: the journal has the trials, and they are shown. */
async function saveResult(folder: string, result: Result): Promise<void> {
  try {
    await writeResult(folder, result);
  } catch (error) {
    if (result.verdict !== "interrupted") throw error;
    process.stderr.write(`bench: the result is not saved: ${messageOf(error)}\n`);
  }
}
