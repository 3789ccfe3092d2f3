/** The trials of one cell as they come in, and what they amount to. */
import { voidReason } from "../results/load-judgement.ts";
import type { Cell, Trial } from "../results/result.ts";
import {
  metricValues,
  relativePrecision,
  summarizeTrials,
  summarizeValues,
} from "../results/summarize.ts";
import type { CellProgress } from "./choose-block.ts";
import type { PlannedCell } from "./run-plan.ts";

/** A trial's end, as the journal has it. */
export type RecordedResult =
  | { readonly kind: "trial"; readonly trial: Trial }
  | { readonly kind: "failed"; readonly reason: string; readonly wrong: boolean };

/** See the file's head. */
export class CellRecord {
  readonly cell: PlannedCell;
  readonly #headline: string | undefined;
  readonly #trials: Trial[] = [];
  #failure: string | null = null;
  #costMs = 0;
  #wrong = false;

  /** `headline` is the metric whose interval decides when there are enough trials. */
  constructor(cell: PlannedCell, headline: string | undefined) {
    this.cell = cell;
    this.#headline = headline;
  }

  /** Trials that count, cut ones included. */
  get trials(): number {
    return this.#trials.filter(({ spoiled }) => spoiled !== true).length;
  }

  /** The longest trial with its check, in ms. */
  get costMs(): number {
    return this.#costMs;
  }

  /** Whether a check found a wrong answer. */
  get wrong(): boolean {
    return this.#wrong;
  }

  /** Takes a trial that took `costMs` with its check; it counts in place of the one of the order `replaces`. */
  add(result: RecordedResult, costMs: number, replaces?: number): void {
    this.#costMs = Math.max(this.#costMs, costMs);
    const spoiled = this.#trials.findIndex(({ order }) => order === replaces);
    const trial = this.#trials[spoiled];
    if (trial !== undefined) this.#trials[spoiled] = { ...trial, spoiled: true };
    if (result.kind === "failed") {
      this.#failure = result.reason;
      this.#wrong ||= result.wrong;
      return;
    }
    this.#trials.push(result.trial);
    const violations = result.trial.checks?.violations ?? [];
    if (violations.length > 0) {
      this.#failure = `wrong answer: ${violations.join("; ")}`;
      this.#wrong = true;
    }
  }

  /** Why the cell has failed. A void trial that was measured again is no reason. */
  #failed(): string | null {
    if (this.#failure !== null) return this.#failure;
    const reasons = this.#trials.map((trial) => (trial.spoiled ? null : voidReason(trial)));
    return reasons.find((reason) => reason !== null) ?? null;
  }

  /** What the choice of the next block needs to know. A cell that failed or was cut is not tried again. */
  progress(): CellProgress {
    const cut = this.#trials.some(({ censored }) => censored !== undefined);
    const values = this.#headline === undefined ? [] : metricValues(this.#trials, this.#headline);
    return {
      scenario: this.cell.scenario,
      open: this.#failed() === null && !cut,
      trials: this.trials,
      precision: values.length === 0 ? null : relativePrecision(summarizeValues(values)),
      costMs: this.#costMs,
    };
  }

  /** The cell as results have it; `why` tells why it has no trial, if it has none. */
  toCell(why: string): Cell {
    const cell = {
      scenario: this.cell.scenario,
      parameters: { ...this.cell.parameters },
      trials: [...this.#trials],
      summary: summarizeTrials(this.#trials),
    };
    const reason = this.#failed();
    if (reason !== null) return { ...cell, status: "failed", reason };
    if (this.#trials.length === 0) return { ...cell, status: "skipped", reason: why };
    // One trial that was cut is enough: the median of the others would flatter the cell.
    const cut = this.#trials.some(({ censored }) => censored !== undefined);
    return { ...cell, status: cut ? "censored" : "ok" };
  }
}
