/** One session of a paired comparison: builds → pairs → judgement → comparison.json. Shared by compare and gate. */
import { join } from "node:path";
import { conclude, type Ending } from "../gate/conclude.ts";
import { type JudgedCell, judgePairs } from "../gate/judge-pairs.ts";
import { mayRepeat } from "../gate/noise-guard.ts";
import type { Comparison } from "../results/comparison.ts";
import { writeComparison } from "../results/comparison-file.ts";
import { readEnvironment } from "../results/environment.ts";
import type { Pair } from "../results/pair.ts";
import type { Cell } from "../results/result.ts";
import { summarizeTrials } from "../results/summarize.ts";
import { BaseBuildError, buildCommit, checkoutRoot } from "../runner/base-build.ts";
import { cellName } from "../runner/cell-name.ts";
import { type PairedOutcome, runPairs } from "../runner/paired-run.ts";
import { createRunFolder, type RunFolder } from "../runner/run-folder.ts";
import type { PlannedCell } from "../runner/run-plan.ts";
import { missedThresholds } from "../runner/thresholds.ts";
import type { SequentialRule } from "../stats/sequential.ts";
import { configuredSettings } from "./configured.ts";
import { currentBuild, type SideBuild } from "./current-build.ts";
import { hearInterruption } from "./interruption.ts";
import { freshRunId } from "./run-id.ts";

/** What is compared, and how. */
export interface CompareOptions {
  readonly base: string;
  /** A git ref; null: this checkout as it is built. */
  readonly head: string | null;
  readonly cells: readonly { readonly planned: PlannedCell; readonly judged: JudgedCell }[];
  readonly rule: SequentialRule;
  /** How often each side of a pair measures. */
  readonly rounds: number;
  /** By scenario name. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  readonly budgetMs: number;
  readonly maxTrialMs: number;
  readonly out: string | null;
  readonly cache: string;
  readonly command: readonly string[];
}

/** A comparison and the folder with its file. */
export interface SavedComparison {
  readonly comparison: Comparison;
  readonly folder: string;
}

/** Runs a session. Throws an `InputError` before anything is measured. */
export async function comparePaired(options: CompareOptions): Promise<SavedComparison> {
  const now = new Date();
  const id = freshRunId(now);
  const folder = createRunFolder(options.out ?? join("results", "runs", id));
  const stop = hearInterruption();
  try {
    const head = await sessionHead(options, id, now, folder);
    const measured = await measureSides(options, head, folder.path, stop.signal);
    const comparison = { ...head, ...measured, finishedAt: new Date().toISOString() };
    await writeComparison(folder.path, comparison);
    return { comparison, folder: folder.path };
  } catch (error) {
    folder.discard();
    throw error;
  } finally {
    stop.end();
  }
}

type SessionHead = Omit<
  Comparison,
  "cells" | "pairs" | "verdict" | "reasons" | "notes" | "finishedAt"
>;
type Measured = Pick<
  Comparison,
  "base" | "head" | "cells" | "pairs" | "verdict" | "reasons" | "notes"
>;

async function sessionHead(
  options: CompareOptions,
  id: string,
  now: Date,
  folder: RunFolder,
): Promise<SessionHead> {
  const { rule, seed, command } = options;
  const configured = configuredSettings();
  return {
    comparisonVersion: 1,
    id,
    startedAt: now.toISOString(),
    command: [...command],
    mode: "paired",
    base: { name: options.base, commit: null, dirty: false },
    head: { name: options.head ?? "this checkout", commit: null, dirty: false },
    seed,
    ...(Object.keys(configured).length === 0 ? {} : { configured }),
    environment: await readEnvironment(folder.path),
    margins: { toleratedRatio: rule.toleratedRatio, fatalRatio: rule.fatalRatio },
    rounds: options.rounds,
  };
}

async function measureSides(
  options: CompareOptions,
  session: SessionHead,
  folder: string,
  signal: AbortSignal,
): Promise<Measured> {
  let sides: { base: SideBuild; head: SideBuild };
  try {
    sides = await buildSides(options);
  } catch (error) {
    if (!(error instanceof BaseBuildError)) throw error;
    const { base, head } = session;
    const nothing = { cells: [], pairs: [], notes: [], reasons: [error.message] };
    return { base, head, verdict: "nothing-comparable", ...nothing };
  }
  const judged = options.cells.map((cell) => cell.judged);
  const outcome = await measurePairs(options, session, sides, folder, signal);
  const judgement = judgePairs(judged, outcome.pairs, options.rule);
  const missed = missedThresholds(headCells(options, outcome.pairs), options.thresholds);
  const ending: Ending = { ...outcome, missed };
  return {
    base: sides.base.shown,
    head: sides.head.shown,
    cells: [...judgement.cells],
    pairs: [...outcome.pairs],
    ...copied(conclude(judged, judgement, ending)),
  };
}

function copied({ verdict, reasons, notes }: ReturnType<typeof conclude>) {
  return { verdict, reasons: [...reasons], notes: [...notes] };
}

async function buildSides(options: CompareOptions): Promise<{ base: SideBuild; head: SideBuild }> {
  const root = await checkoutRoot(process.cwd());
  const build = async (ref: string): Promise<SideBuild> => {
    const { commit, engine, cached } = await buildCommit(root, ref, options.cache, (step) =>
      process.stderr.write(`${step}\n`),
    );
    if (cached) process.stderr.write(`${ref} (${commit.slice(0, 7)}) is built already\n`);
    return { engine, shown: { name: ref, commit, dirty: false } };
  };
  const head = options.head === null ? await currentBuild(root) : await build(options.head);
  return { base: await build(options.base), head };
}

async function measurePairs(
  options: CompareOptions,
  { id, startedAt, command, configured = {} }: SessionHead,
  { base, head }: { base: SideBuild; head: SideBuild },
  folder: string,
  signal: AbortSignal,
): Promise<PairedOutcome> {
  const { seed, durability, rounds, maxTrialMs, budgetMs, rule, cells } = options;
  const judged = cells.map((cell) => cell.judged);
  const planned = cells.map((cell) => cell.planned);
  const engines = { base: base.engine, head: head.engine };
  // Building is not measuring: it happens once for a commit.
  const startMs = performance.now();
  return await runPairs(
    {
      id,
      startedAt,
      command,
      cells: planned,
      engines,
      seed,
      durability,
      settings: configured,
      rounds,
      maxTrialMs,
      budgetMs,
    },
    folder,
    {
      signal,
      spentMs: () => performance.now() - startMs,
      onPair: (cell, block) => {
        const second = ((performance.now() - startMs) / 1000).toFixed(0);
        process.stderr.write(`${second.padStart(4)} s  pair ${block + 1}  ${cellName(cell)}\n`);
      },
      wantsMore: (pairs) => judgePairs(judged, pairs, rule).verdict === "continue",
      mayRepeat: (spoiled) => mayRepeat(spoiled / cells.length, rule),
    },
  );
}

/** The head's trials as the cells of a run, for its thresholds. */
function headCells(options: CompareOptions, pairs: readonly Pair[]): Cell[] {
  return options.cells.map(({ judged: { scenario, parameters } }, index) => {
    const trials = pairs
      .filter(({ cell, spoiled }) => cell === index && spoiled === undefined)
      .map(({ head }) => head);
    const summary = summarizeTrials(trials);
    const status = trials.length > 0 ? "ok" : "skipped";
    return { scenario, parameters: { ...parameters }, status, trials, summary };
  });
}
