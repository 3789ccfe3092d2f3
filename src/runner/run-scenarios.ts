/** The loop of a run: blocks of trials in shuffled order, each trial in the journal, until nothing is left to measure. */
import { rmSync } from "node:fs";
import { findingsOf } from "../results/findings.ts";
import type { Cell, Result, Verdict } from "../results/result.ts";
import { CellRecord } from "./cell-record.ts";
import { chooseBlock, firstTrialLimitMs } from "./choose-block.ts";
import { ContentBook } from "./content-book.ts";
import { isDiskFull } from "./disk-full.ts";
import { DiskFullError, Journal, type JournalEntry, type JournalHead } from "./journal.ts";
import { measureTrial, workFolder } from "./measure-trial.ts";
import type { PlannedCell } from "./run-plan.ts";
import { runResult } from "./run-result.ts";
import { shuffle } from "./shuffle.ts";
import { chooseRepeats, type EndedTrial } from "./spoiled-trials.ts";
import { missedThresholds, thresholdFindings } from "./thresholds.ts";

/** What the runner asks of its caller. */
export interface RunHooks {
  /** Aborting kills the trial that runs, which is not recorded, and ends the run. */
  readonly signal: AbortSignal;
  /** Milliseconds of the budget that are spent: the whole command counts, not only the trials. */
  spentMs(): number;
  /** The time of day, for the result. */
  now(): Date;
  /** Called before each trial and after the last one. */
  onProgress(progress: RunProgress): void;
}

/** How far a run is. */
export interface RunProgress {
  /** The cell that is measured next; null at the end. */
  readonly cell: PlannedCell | null;
  readonly trialsDone: number;
  /** Trials of the whole run; null when the budget decides. */
  readonly trialsPlanned: number | null;
}

/** What is kept of the budget for findings, charts and the report: drawing takes most of it. */
const ENDING_MS = 6_000;
/** A short budget keeps no more than this share for it. */
const ENDING_SHARE = 0.1;

/** A run that is being measured. */
export class ScenarioRun {
  readonly #head: JournalHead;
  readonly #folder: string;
  readonly #hooks: RunHooks;
  readonly #journal: Journal;
  readonly #records: readonly CellRecord[];
  readonly #book = new ContentBook();
  #trialsDone = 0;
  #repeats = 0;
  #block = 0;
  #stoppedBy: string | null = null;

  private constructor(head: JournalHead, folder: string, hooks: RunHooks, journal: Journal) {
    this.#head = head;
    this.#folder = folder;
    this.#hooks = hooks;
    this.#journal = journal;
    const { cells, scenarios } = head.plan;
    const headlines = new Map(scenarios.map(({ name, metrics }) => [name, metrics[0]]));
    this.#records = cells.map((cell) => new CellRecord(cell, headlines.get(cell.scenario)));
  }

  /** A new run in an empty folder. */
  static begin(head: Omit<JournalHead, "version">, folder: string, hooks: RunHooks): ScenarioRun {
    const journal = Journal.begin(folder, head);
    return new ScenarioRun({ version: 1, ...head }, folder, hooks, journal);
  }

  /** Goes on with a run from its journal. */
  static resume(
    head: JournalHead,
    entries: readonly JournalEntry[],
    folder: string,
    hooks: RunHooks,
  ): ScenarioRun {
    const run = new ScenarioRun(head, folder, hooks, Journal.goOn(folder));
    for (const entry of entries) run.#record(entry);
    return run;
  }

  /** Trials that ended, those before a resume included. */
  get trialsDone(): number {
    return this.#trialsDone;
  }

  /** What ended the run early, other than the signal and the budget; null where nothing did. */
  get stoppedBy(): string | null {
    return this.#stoppedBy;
  }

  /** Measures until the plan is fulfilled, the budget is spent or the signal aborts. Call once. */
  async measure(): Promise<Result> {
    try {
      for (let block = this.#nextBlock(); block.length > 0; block = this.#nextBlock()) {
        if (!(await this.#measureBlock(shuffle(block, this.#head.plan.seed, this.#block)))) break;
        this.#block++;
      }
      return this.#result();
    } finally {
      this.#journal.close();
      rmSync(workFolder(this.#folder), { recursive: true, force: true });
    }
  }

  /** Measures the cells, and again those whose trial the machine spoiled. Returns false when the run is to end. */
  async #measureBlock(cells: readonly number[]): Promise<boolean> {
    const ended: EndedTrial[] = [];
    for (const cell of cells) {
      const entry = await this.#measureCell(cell);
      if (entry === "end") return false;
      if (entry !== "skip" && entry.result.kind === "trial") {
        ended.push({ ...entry, ...entry.result.trial });
      }
    }
    const [repeats, leftMs] = [this.#repeats, this.#leftMs()];
    const trials = this.#trialsDone - repeats;
    for (const { cell, order } of chooseRepeats(ended, { trials, repeats, leftMs })) {
      if (this.#records[cell]?.progress().open !== true) continue;
      if ((await this.#measureCell(cell, order)) === "end") return false;
    }
    return true;
  }

  #leftMs(): number {
    const { budgetMs } = this.#head.plan;
    if (budgetMs === null) return Number.POSITIVE_INFINITY;
    return budgetMs - Math.min(ENDING_MS, budgetMs * ENDING_SHARE) - this.#hooks.spentMs();
  }

  #nextBlock(): readonly number[] {
    if (this.#hooks.signal.aborted) return [];
    const progress = this.#records.map((record) => record.progress());
    return chooseBlock(progress, this.#head.plan.trials, this.#leftMs());
  }

  /** A trial of the cell, in place of the one of the order `replaces`; "skip" where there is no time for it. */
  async #measureCell(index: number, replaces?: number): Promise<JournalEntry | "skip" | "end"> {
    const { plan } = this.#head;
    const record = this.#records[index];
    if (record === undefined) return "skip";
    const leftMs = this.#leftMs();
    if (leftMs <= (record.trials === 0 ? 0 : record.costMs)) return "skip";
    this.#tell(record.cell);
    const startMs = performance.now();
    const first = record.trials === 0;
    const limitMs = first ? this.#firstLimitMs(leftMs) : plan.maxTrialMs;
    const result = await measureTrial(plan, record.cell, {
      folder: this.#folder,
      order: this.#trialsDone,
      limit: { limitMs: Math.round(limitMs), giveUpEarly: first && plan.trials === null },
      signal: this.#hooks.signal,
      book: this.#book,
    });
    if (result.kind === "aborted") return "end";
    if (result.kind === "failed" && isDiskFull(result.reason)) return this.#stop(result.reason);
    const place = replaces === undefined ? {} : { replaces };
    const costMs = performance.now() - startMs;
    const entry: JournalEntry = { cell: index, block: this.#block, costMs, ...place, result };
    try {
      this.#journal.add(entry);
    } catch (error) {
      if (!(error instanceof DiskFullError)) throw error;
      return this.#stop(error.message);
    }
    this.#record(entry);
    return entry;
  }

  #stop(why: string): "end" {
    this.#stoppedBy = why;
    return "end";
  }

  #firstLimitMs(leftMs: number): number {
    const { maxTrialMs, budgetMs, trials } = this.#head.plan;
    // Where a number of trials was asked for, nothing is saved for more.
    const sharedMs = trials === null ? (budgetMs ?? 0) : 0;
    const progress = this.#records.map((record) => record.progress());
    return firstTrialLimitMs(progress, maxTrialMs, leftMs, sharedMs);
  }

  #record({ cell, block, costMs, replaces, result }: JournalEntry): void {
    const record = this.#records[cell];
    if (record === undefined) return;
    record.add(result, costMs, replaces);
    this.#trialsDone++;
    if (replaces !== undefined) this.#repeats++;
    this.#block = Math.max(this.#block, block);
    // A resumed run holds its new trials to the content of the old ones.
    if (result.kind === "trial" && result.trial.checks !== null) {
      const { jobs = 0, edges = 0 } = result.trial.metrics;
      this.#book.differences(record.cell, result.trial.checks, { jobs, edges });
    }
  }

  get #interrupted(): boolean {
    return this.#hooks.signal.aborted || this.#stoppedBy !== null;
  }

  #tell(cell: PlannedCell | null): void {
    const { trials, cells } = this.#head.plan;
    const trialsPlanned = trials === null ? null : trials * cells.length;
    this.#hooks.onProgress({ cell, trialsDone: this.#trialsDone, trialsPlanned });
  }

  #result(): Result {
    this.#tell(null);
    const why = this.#interrupted ? "the run was interrupted" : "the budget ended first";
    const cells = this.#records.map((record) => record.toCell(why));
    return runResult(this.#head, {
      finishedAt: this.#hooks.now(),
      cells,
      findings: [
        ...thresholdFindings(cells, this.#head.plan.thresholds),
        ...findingsOf(cells, this.#head.plan.scenarios),
      ],
      verdict: this.#verdict(cells),
    });
  }

  /** The worst news first. */
  #verdict(cells: readonly Cell[]): Verdict {
    if (this.#records.some((record) => record.wrong)) return "invariant-violated";
    if (this.#interrupted) return "interrupted";
    if (!cells.some(({ status }) => status === "ok")) return "nothing-measured";
    const missed = missedThresholds(cells, this.#head.plan.thresholds);
    return missed.length > 0 ? "threshold-missed" : "ok";
  }
}
