/** One trial from the empty folder to the verified answer: measured in one process, checked in another. */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Trial, TrialEnvironment } from "../results/result.ts";
import type { ContentBook } from "./content-book.ts";
import type { PlannedCell, RunPlan } from "./run-plan.ts";
import { databaseFile, type TrialRequest } from "./trial-message.ts";
import { type ProcessOutcome, runTrialProcess, type TimeLimit } from "./trial-process.ts";
import type { Turn } from "./turns.ts";

/** What a process that was cut before its first report leaves unknown. */
const UNKNOWN: TrialEnvironment = { cpuPressurePct: null, stealPct: null, involuntarySwitches: 0 };

/** What became of a trial. */
export type TrialResult =
  | { readonly kind: "trial"; readonly trial: Trial }
  /** No figure: the process died or the workload threw. `wrong` when the database cannot even be read again. */
  | { readonly kind: "failed"; readonly reason: string; readonly wrong: boolean }
  | { readonly kind: "aborted" };

/** Where and how one trial runs. */
export interface TrialPlace {
  /** The run's folder: databases live on the disk that the user chose. */
  readonly folder: string;
  /** The trial's position in the run, from 0. */
  readonly order: number;
  readonly limit: TimeLimit;
  readonly signal: AbortSignal;
  readonly book: ContentBook;
  /** Absolute path of the folder of the engine's build; absent: our own. */
  readonly engine?: string;
  /** Absent: one round, measured at once. */
  readonly rounds?: TrialRounds;
}

/** A trial that measures several times, in turns with another one. */
interface TrialRounds {
  readonly count: number;
  readonly turn: Turn;
  /** Of the folder of its databases, beside that of the other. */
  readonly name: string;
}

/** Measures one trial of a cell and checks its database, which is kept only when it is wrong. */
export async function measureTrial(
  plan: Pick<RunPlan, "seed" | "durability" | "settings" | "store" | "dagFile">,
  cell: PlannedCell,
  place: TrialPlace,
): Promise<TrialResult> {
  const { seed, durability, settings, store, dagFile } = plan;
  const { workload, parameters } = cell;
  const folder = databaseFolder(place);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { count: rounds = 1, turn } = place.rounds ?? {};
  const request: TrialRequest & { folder: string; rounds: number } = {
    workload,
    parameters,
    seed,
    durability,
    settings,
    store,
    dagFile,
    engine: place.engine ?? null,
    handlers: cell.handlers ?? null,
    folder,
    rounds,
  };
  try {
    const measured = await runTrialProcess(
      { ...request, mode: "measure" },
      place.limit,
      place.signal,
      turn,
    );
    // Checking is work too: it waits until the other has measured.
    await turn?.leave();
    const early = withoutFigures(measured, place);
    if (early !== null) return early;
    const checked = await runTrialProcess({ ...request, mode: "check" }, place.limit, place.signal);
    return judge(cell, place, measured, checked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the databases of a run's trials live, one after the other. */
export function workFolder(runFolder: string): string {
  return join(runFolder, "work");
}

function databaseFolder({ folder, rounds }: TrialPlace): string {
  return rounds === undefined ? workFolder(folder) : join(workFolder(folder), rounds.name);
}

/** The result of a measuring process that brought no figures; null when it did. */
function withoutFigures(outcome: ProcessOutcome, { order }: TrialPlace): TrialResult | null {
  switch (outcome.kind) {
    case "aborted":
      return outcome;
    case "died":
      return { kind: "failed", reason: outcome.reason, wrong: false };
    case "cut": {
      const { afterMs, rowsDone, rowsTotal, environment } = outcome;
      const total = rowsTotal === null ? {} : { rowsTotal };
      const censored = { limitMs: afterMs, rowsDone, ...total };
      const trial = { order, metrics: {}, checks: null, environment: environment ?? UNKNOWN };
      return { kind: "trial", trial: { ...trial, censored } };
    }
    case "answered":
      return outcome.answer.kind === "failed"
        ? { kind: "failed", reason: outcome.answer.reason, wrong: false }
        : null;
  }
}

function judge(
  cell: PlannedCell,
  place: TrialPlace,
  measured: ProcessOutcome,
  checked: ProcessOutcome,
): TrialResult {
  if (checked.kind === "aborted") return checked;
  if (measured.kind !== "answered" || measured.answer.kind !== "measured") {
    return { kind: "failed", reason: "the trial process answered out of turn", wrong: false };
  }
  if (checked.kind !== "answered" || checked.answer.kind !== "checked") {
    const why = checked.kind === "died" ? checked.reason : failureText(checked);
    const kept = keepDatabase(place);
    return {
      kind: "failed",
      reason: `the database could not be reopened and checked (${why}); it is kept in ${kept}`,
      wrong: true,
    };
  }
  const { environment, latencies, series, rounds } = measured.answer;
  const { jobs = 0, edges = 0 } = measured.answer.metrics;
  const metrics = { ...measured.answer.metrics, harnessCpuS: measured.harnessCpuS };
  const { checks } = checked.answer;
  const differences = place.book.differences(cell, checks, { jobs, edges });
  const violations = [...checks.violations, ...differences];
  if (violations.length > 0) violations.push(`the database is kept in ${keepDatabase(place)}`);
  return {
    kind: "trial",
    trial: {
      order: place.order,
      metrics,
      ...(rounds === undefined ? {} : { rounds }),
      ...(latencies === undefined ? {} : { latencies }),
      ...(series === undefined ? {} : { series }),
      checks: { ...checks, violations },
      environment,
    },
  };
}

function failureText(outcome: ProcessOutcome): string {
  return outcome.kind === "answered" && outcome.answer.kind === "failed"
    ? outcome.answer.reason
    : "no answer";
}

/** Moves what a wrong trial left out of the folder that is about to be removed; returns its new name. */
function keepDatabase(place: TrialPlace): string {
  const { folder, order, rounds } = place;
  // Of several rounds any may be the wrong one.
  const [name, from] =
    rounds === undefined
      ? [`wrong-${order}.db`, join(databaseFolder(place), databaseFile(0))]
      : [`wrong-${order}`, databaseFolder(place)];
  renameSync(from, join(folder, name));
  return name;
}
