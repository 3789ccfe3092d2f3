/**
 * Two builds side by side: blocks of one pair per cell, in shuffled order, each pair in the journal
 * before the next begins. When it is enough is the caller's to say: measuring does not judge.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isNoisy } from "../results/noise.ts";
import type { Pair, Side } from "../results/pair.ts";
import { ContentBook } from "./content-book.ts";
import { JOURNAL_FILE } from "./journal.ts";
import { LineJournal } from "./jsonl.ts";
import { workFolder } from "./measure-trial.ts";
import { type Build, firstSide, measurePair } from "./paired-trial.ts";
import type { PlannedCell } from "./run-plan.ts";
import { shuffle } from "./shuffle.ts";

/** What is measured. It is written at the top of the journal. */
export interface PairedPlan {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly command: readonly string[];
  readonly cells: readonly PlannedCell[];
  /** The folder of each side's engine; null: our own. */
  readonly engines: Readonly<Record<Side, string | null>>;
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  /** Engine settings in place of the defaults, by name. */
  readonly settings: Readonly<Record<string, number>>;
  /** How often each side of a pair measures, in turns. */
  readonly rounds: number;
  /** Of one round. */
  readonly maxTrialMs: number;
  readonly budgetMs: number;
}

/** What the runner asks of its caller. */
export interface PairedHooks {
  readonly signal: AbortSignal;
  /** Milliseconds of the budget that are spent. */
  spentMs(): number;
  /** Told before each pair. */
  onPair(cell: PlannedCell, block: number): void;
  /** Asked after each block: go on? */
  wantsMore(pairs: readonly Pair[]): boolean;
  /** Whether a pair beside a busy neighbour may be measured again, when so many have been. */
  mayRepeat(spoiled: number): boolean;
}

/** A side that gave no figure. */
interface SideFailure {
  readonly cell: number;
  readonly side: Side;
  readonly reason: string;
  /** Its answer was wrong, or its database cannot be read. */
  readonly wrong: boolean;
}

/** What was measured, and why it ended. */
export interface PairedOutcome {
  readonly pairs: readonly Pair[];
  readonly end: "decided" | "budget" | "interrupted" | "failed";
  readonly failure: SideFailure | null;
}

/** See the file's head. Never rejects for what a build does. */
export async function runPairs(
  plan: PairedPlan,
  folder: string,
  hooks: PairedHooks,
): Promise<PairedOutcome> {
  const journal = LineJournal.begin(join(folder, JOURNAL_FILE), { pairedVersion: 1, plan });
  const run = new PairedRun(plan, folder, hooks, journal);
  try {
    return await run.measure();
  } finally {
    journal.close();
    rmSync(workFolder(folder), { recursive: true, force: true });
  }
}

class PairedRun {
  readonly #plan: PairedPlan;
  readonly #folder: string;
  readonly #hooks: PairedHooks;
  readonly #journal: LineJournal;
  readonly #builds: Readonly<Record<Side, Build>>;
  readonly #pairs: Pair[] = [];
  #spoiled = 0;
  #trials = 0;

  constructor(plan: PairedPlan, folder: string, hooks: PairedHooks, journal: LineJournal) {
    this.#plan = plan;
    this.#folder = folder;
    this.#hooks = hooks;
    this.#journal = journal;
    const { base, head } = plan.engines;
    this.#builds = {
      base: { engine: base, book: new ContentBook() },
      head: { engine: head, book: new ContentBook() },
    };
  }

  async measure(): Promise<PairedOutcome> {
    const indexes = this.#plan.cells.map((_, index) => index);
    for (let block = 0; ; block++) {
      const blockStartMs = this.#hooks.spentMs();
      for (const index of shuffle(indexes, this.#plan.seed, block)) {
        const early = await this.#measureCell(index, block);
        if (early !== null) return { pairs: this.#pairs, ...early };
      }
      if (!this.#hooks.wantsMore(this.#pairs)) return this.#ended("decided");
      const blockMs = this.#hooks.spentMs() - blockStartMs;
      if (this.#hooks.spentMs() + blockMs > this.#plan.budgetMs) return this.#ended("budget");
    }
  }

  #ended(end: PairedOutcome["end"]): PairedOutcome {
    return { pairs: this.#pairs, end, failure: null };
  }

  /** Measures one pair of a cell, again if it was spoiled and may be; says why the run ends, or null. */
  async #measureCell(
    index: number,
    number: number,
  ): Promise<Pick<PairedOutcome, "end" | "failure"> | null> {
    const { cells, seed, durability, settings, rounds, maxTrialMs } = this.#plan;
    const cell = cells[index];
    if (cell === undefined) return null;
    for (;;) {
      this.#hooks.onPair(cell, number);
      const { signal } = this.#hooks;
      const place = { folder: this.#folder, order: this.#trials, maxTrialMs, rounds, signal };
      this.#trials += 2;
      // Cells begin with different sides of a block.
      const first = firstSide(seed + index, number);
      const plan = { seed, durability, settings, dagFile: null, store: null };
      const outcome = await measurePair(plan, cell, this.#builds, first, place);
      if (outcome.kind === "aborted") return { end: "interrupted", failure: null };
      if (outcome.kind === "failed") {
        const { side, reason, wrong } = outcome;
        return { end: "failed", failure: { cell: index, side, reason, wrong } };
      }
      const { base, head } = outcome;
      const disturbed = isNoisy(base.environment) || isNoisy(head.environment);
      const spoiled = disturbed && this.#hooks.mayRepeat(this.#spoiled);
      const pair: Pair = { cell: index, number, first, base, head, ...(spoiled && { spoiled }) };
      this.#journal.add(pair);
      this.#pairs.push(pair);
      if (!spoiled) return null;
      this.#spoiled++;
    }
  }
}
