/**
 * What a check is: it looks through a history for one anomaly, and tells each with the events that prove it.
 *
 * The rule of all: it tells only what is wrong under every placement of each operation between its invoke
 * and its answer, and under every resolution of each `info`. What may have been right is silent.
 */
import type { Case } from "../history/case.ts";

/** S: what must never be. L: what must happen in the end. D: what must outlive a crash. I: what is stored must hold together. */
export type AnomalyClass = "S" | "L" | "D" | "I";

/** The proof of an anomaly. */
export interface Finding {
  /** One sentence with the values that contradict each other. */
  readonly message: string;
  /** The fewest events that prove it, in order of time: indexes of the history. */
  readonly events: readonly number[];
  /** Rows of the log that prove it. */
  readonly log?: readonly number[];
  /** The history's number of the job that it is about; left out where it is about none. */
  readonly job?: number;
  /** Where an anomaly has kinds of its own: `zombie`, `lost wakeup` … */
  readonly subclass?: string;
}

/** Takes what a check finds. */
export interface Findings {
  /** Wrong under every reading. */
  violation(finding: Finding): void;
  /** Legal by the letter, and dangerous: told, never a failure. */
  hazard(finding: Finding): void;
  /** A figure of the history. */
  statistic(name: string, value: number): void;
}

/** See the file's head. */
export interface Check {
  readonly id: CheckId;
  /** A few words. */
  readonly title: string;
  readonly class: AnomalyClass;
  /** What it means for a user, in a sentence. */
  readonly meaning: string;
  /** When it speaks, in plain words. */
  readonly rule: string;
  /** Whether it looks into the queue's log, where that is known: beside the events, or alone. */
  readonly log?: "too" | "only";
  /** Why no campaign can make it speak, where that is so; then the self-test alone shows that it does. */
  readonly occasion?: string;
  readonly run: (one: Case, findings: Findings) => void;
}

/** O: who holds a job · J: what becomes of it · D: graphs · V: what readers see · F: order and fairness · C: crashes. */
export type CheckId =
  | `O${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`
  | `J${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | `D${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`
  | `V${1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `F${1 | 2 | 3 | 4 | 5 | 6}`
  | `C${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;
