/** Measures the selftest's pairs, arm by arm as the caller asks, each in the journal before the next begins. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isNoisy } from "../results/noise.ts";
import type { Pair, Side } from "../results/pair.ts";
import { ARMS, type ArmName, type ArmPair } from "../results/selftest-record.ts";
import { ContentBook } from "./content-book.ts";
import type { LineJournal } from "./jsonl.ts";
import { workFolder } from "./measure-trial.ts";
import { type Build, firstSide, measurePair } from "./paired-trial.ts";
import type { PlannedCell } from "./run-plan.ts";
import { slowedBuild } from "./slowed-build.ts";

/** What is measured, and where. */
export interface RecorderPlan {
  readonly seed: number;
  readonly durability: "full" | "relaxed";
  readonly cell: PlannedCell;
  readonly metric: string;
  /** How often each side of a pair measures, in turns. */
  readonly rounds: number;
  readonly maxTrialMs: number;
  /** The record's folder; it is made with the builds in it. */
  readonly folder: string;
  readonly sitting: number;
  /** The log slowdown of a pair, as the gate reckons it. */
  readonly slowdownOf: (pair: Pick<Pair, "base" | "head">) => number;
}

/** The neighbour of the arms with a hog: a process that never yields its core. */
const HOG = "for (;;);";

const KEPT_DIGITS = 6;

/** See the file's head. */
export class SelftestRecorder {
  readonly #plan: RecorderPlan;
  readonly #journal: LineJournal;
  readonly #builds = new Map<number, Build>();
  readonly #own: Build = { engine: null, book: new ContentBook() };
  #order = 0;

  constructor(plan: RecorderPlan, journal: LineJournal) {
    this.#plan = plan;
    this.#journal = journal;
    rmSync(this.#buildFolder(), { recursive: true, force: true });
    mkdirSync(this.#buildFolder(), { recursive: true });
  }

  /**
   * Measures pair `number` of an arm and writes it to the journal; null when the signal has aborted.
   *
   * @throws Error when a side gives no figure
   */
  async measure(arm: ArmName, number: number, signal: AbortSignal): Promise<ArmPair | null> {
    const { seed, durability, cell, folder, rounds, maxTrialMs, metric, sitting } = this.#plan;
    const { slowdown, hog } = ARMS[arm];
    const builds: Record<Side, Build> = { base: this.#own, head: this.#slowed(slowdown) };
    const first = firstSide(seed, number);
    const neighbour = hog ? startHog() : null;
    try {
      const place = { folder, order: this.#order, maxTrialMs, rounds, signal };
      this.#order += 2;
      const plan = { seed, durability, settings: {}, dagFile: null, store: null };
      const outcome = await measurePair(plan, cell, builds, first, place);
      if (outcome.kind === "aborted") return null;
      if (outcome.kind === "failed") throw new Error(`${outcome.side}: ${outcome.reason}`);
      const { base, head } = outcome;
      const figures = {
        base: rounded(figureOf(base.metrics, metric)),
        head: rounded(figureOf(head.metrics, metric)),
      };
      const pair: ArmPair = {
        arm,
        sitting,
        first,
        ...figures,
        slowdown: rounded(this.#plan.slowdownOf({ base, head })),
        noisy: isNoisy(base.environment) || isNoisy(head.environment),
      };
      this.#journal.add(pair);
      return pair;
    } finally {
      neighbour?.kill("SIGKILL");
    }
  }

  /** Removes what only measuring needs; the journal stays. */
  close(): void {
    this.#journal.close();
    rmSync(this.#buildFolder(), { recursive: true, force: true });
    rmSync(workFolder(this.#plan.folder), { recursive: true, force: true });
  }

  /** An unchanged head is a copy too: two builds never share a folder. */
  #slowed(slowdown: number): Build {
    let build = this.#builds.get(slowdown);
    if (build === undefined) {
      const name = `slowed-by-${Math.round(slowdown * 100)}`;
      const engine = slowedBuild(join(this.#buildFolder(), name), slowdown);
      build = { engine, book: new ContentBook() };
      this.#builds.set(slowdown, build);
    }
    return build;
  }

  #buildFolder(): string {
    return join(this.#plan.folder, "builds");
  }
}

function startHog(): ChildProcess {
  return spawn(process.execPath, ["--eval", HOG], { stdio: "ignore" });
}

/** Six digits are a thousandth of the noise, and keep a record of thousands of pairs small. */
function rounded(value: number): number {
  return Number(value.toPrecision(KEPT_DIGITS));
}

function figureOf(metrics: Readonly<Record<string, number>>, name: string): number {
  const value = metrics[name];
  if (value !== undefined) return value;
  const known = Object.keys(metrics).join(", ");
  throw new Error(`the cell has no metric ${name}; it has ${known}`);
}
