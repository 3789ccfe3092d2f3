/** Finds the highest arrival rate at which a queue keeps a service level: one trial process per step, each checked like any trial. */
import { rmSync } from "node:fs";
import type { Finding } from "../results/finding.ts";
import { findingsOf } from "../results/findings.ts";
import { saturation, voidReason } from "../results/load-judgement.ts";
import { figure } from "../results/phrases.ts";
import type { Cell, Result, Trial, Verdict } from "../results/result.ts";
import { CellRecord, type RecordedResult } from "./cell-record.ts";
import { ContentBook } from "./content-book.ts";
import { isDiskFull } from "./disk-full.ts";
import type { JournalHead } from "./journal.ts";
import { measureTrial, workFolder } from "./measure-trial.ts";
import { nextRate, type RateStep, rateBounds } from "./rate-search.ts";
import type { PlannedCell } from "./run-plan.ts";
import { runResult } from "./run-result.ts";
import type { RunHooks } from "./run-scenarios.ts";
import { missedThresholds } from "./thresholds.ts";

/** What is searched. */
export interface RateSearch {
  /** The plan has one cell, whose `arrivalRate` is where the search begins. */
  readonly head: Pick<JournalHead, "plan" | "environment">;
  /** A threshold as the plan has them, such as `latencyMs p(99) < 50ms`. */
  readonly slo: string;
  /** The run's folder. */
  readonly folder: string;
  readonly hooks: RunHooks;
}

/** A step breaks the level, or has a late generator, only if it does so twice: one disturbed trial decides nothing. */
const TRIES = 2;

/** What one trial says of its rate. */
type Judgement = "kept" | "broken" | "stop";

/** See the file's head. */
export class MaxRateRun {
  readonly #search: RateSearch;
  readonly #cell: PlannedCell;
  readonly #records: CellRecord[] = [];
  readonly #steps: RateStep[] = [];
  readonly #book = new ContentBook();
  #trialsDone = 0;
  #stoppedBy: string | null = null;
  /** The rate at which the search ended without an answer. */
  #endedAtPerS: number | null = null;

  /** @throws Error when the plan has not exactly one cell, which the command line sees to */
  constructor(search: RateSearch) {
    this.#search = search;
    const [cell, second] = search.head.plan.cells;
    if (cell === undefined || second !== undefined) {
      throw new Error("a search has exactly one cell");
    }
    this.#cell = cell;
  }

  /** Trials that ended. */
  get trialsDone(): number {
    return this.#trialsDone;
  }

  /** What ended the search early: a full disk, for one. */
  get stoppedBy(): string | null {
    return this.#stoppedBy;
  }

  /** The rates tried, in their order. */
  get steps(): readonly RateStep[] {
    return this.#steps;
  }

  /** Searches until the answer is close, a step says nothing or the signal aborts. Call once. */
  async measure(): Promise<Result> {
    const start = Number(this.#cell.parameters["arrivalRate"]);
    try {
      for (
        let rate = nextRate(this.#steps, start);
        rate !== null;
        rate = nextRate(this.#steps, start)
      ) {
        const judged = await this.#step(rate);
        if (judged === "stop") {
          this.#endedAtPerS = rate;
          break;
        }
        this.#steps.push({ ratePerS: rate, kept: judged === "kept" });
      }
      return this.#result();
    } finally {
      rmSync(workFolder(this.#search.folder), { recursive: true, force: true });
    }
  }

  async #step(ratePerS: number): Promise<Judgement> {
    const parameters = { ...this.#cell.parameters, arrivalRate: ratePerS };
    const record = new CellRecord({ ...this.#cell, parameters }, undefined);
    let judged: Judgement = "stop";
    let replaces: number | undefined;
    for (let trial = 0; trial < TRIES && !this.#search.hooks.signal.aborted; trial++) {
      const startMs = performance.now();
      const result = await this.#trial(record.cell);
      if (result === null) return "stop";
      this.#trialsDone++;
      if (trial === 0) this.#records.push(record);
      record.add(result, performance.now() - startMs, replaces);
      judged = this.#judge(record, result);
      replaces = voidOrder(result);
      if (judged !== "broken" || cutTrial(record)) return judged;
    }
    return this.#search.hooks.signal.aborted ? "stop" : judged;
  }

  #judge(record: CellRecord, result: RecordedResult): Judgement {
    // Whoever arrived when the generator was late waited for it: such a rate is not shown to be kept.
    const late = voidOrder(result) !== undefined;
    if (!record.progress().open) return late || cutTrial(record) ? "broken" : "stop";
    return result.kind === "trial" && this.#keeps(record, result.trial) ? "kept" : "broken";
  }

  /** One trial; null where the search is to end. */
  async #trial(cell: PlannedCell): Promise<RecordedResult | null> {
    const { head, hooks, folder } = this.#search;
    hooks.onProgress({ cell, trialsDone: this.#trialsDone, trialsPlanned: null });
    const result = await measureTrial(head.plan, cell, {
      folder,
      order: this.#trialsDone,
      limit: { limitMs: head.plan.maxTrialMs, giveUpEarly: false },
      signal: hooks.signal,
      book: this.#book,
    });
    if (result.kind === "aborted") return null;
    if (result.kind === "failed" && isDiskFull(result.reason)) {
      this.#stoppedBy = result.reason;
      return null;
    }
    return result;
  }

  /** The queue kept up, everything was sent, and the service level held in this trial. */
  #keeps({ cell }: CellRecord, trial: Trial): boolean {
    if ((trial.metrics["notStarted"] ?? 0) > 0 || saturation(trial) !== null) return false;
    const alone = new CellRecord(cell, undefined);
    alone.add({ kind: "trial", trial }, 0);
    return (
      missedThresholds([alone.toCell("")], { [cell.scenario]: [this.#search.slo] }).length === 0
    );
  }

  #result(): Result {
    const { head, hooks } = this.#search;
    hooks.onProgress({ cell: null, trialsDone: this.#trialsDone, trialsPlanned: null });
    const cells = this.#records
      .map((record) => record.toCell("it was not measured"))
      .toSorted((a, b) => rateOf(a) - rateOf(b));
    return runResult(head, {
      finishedAt: hooks.now(),
      cells,
      findings: [...this.#findings(), ...findingsOf(cells, head.plan.scenarios)],
      verdict: this.#verdict(),
    });
  }

  #findings(): Finding[] {
    const { keptPerS, brokenPerS } = rateBounds(this.#steps);
    const { slo } = this.#search;
    const kept =
      keptPerS === null ? `no rate kept ${slo}` : `${figure(keptPerS)} jobs/s kept ${slo}`;
    const at = this.#endedAtPerS;
    const ended =
      at === null ? "" : `; the search ended at ${figure(at)} jobs/s, without an answer`;
    const broken = brokenPerS === null ? "" : `; ${figure(brokenPerS)} jobs/s did not`;
    return [
      {
        kind: "max-rate",
        scenario: this.#cell.scenario,
        evidence: `${kept}${broken}${ended}`,
        values: {
          steps: this.#steps.length,
          ...(keptPerS !== null && { keptJobsPerS: keptPerS }),
          ...(brokenPerS !== null && { brokenJobsPerS: brokenPerS }),
        },
        advice:
          "plan below it: at the limit a small disturbance starts a backlog that takes long to go",
      },
    ];
  }

  #verdict(): Verdict {
    const { keptPerS, brokenPerS } = rateBounds(this.#steps);
    if (this.#records.some((record) => record.wrong)) return "invariant-violated";
    if (this.#search.hooks.signal.aborted || this.#stoppedBy !== null) return "interrupted";
    if (keptPerS !== null) return "ok";
    return brokenPerS === null ? "nothing-measured" : "threshold-missed";
  }
}

/** The order of a trial whose generator was late; undefined for one that was sent as asked for. */
function voidOrder(result: RecordedResult): number | undefined {
  const isVoid = result.kind === "trial" && voidReason(result.trial) !== null;
  return isVoid ? result.trial.order : undefined;
}

/** A trial that did not even end in its time has broken any service level. */
function cutTrial(record: CellRecord): boolean {
  return record.toCell("").status === "censored";
}

function rateOf({ parameters }: Cell): number {
  return Number(parameters["arrivalRate"]);
}
