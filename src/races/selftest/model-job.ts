/** The self-test's own notion of a job and a run, and how a job that others wait for has ended. */
import { CAUSE, STATE } from "../../model/job.ts";
import type { ModelRule, ParentWay } from "./model-rules.ts";

/** A job as it is asked for. */
export interface ModelSpec {
  readonly queue: string;
  readonly priority: number;
  readonly rule: ModelRule;
  readonly maxAttempts: number;
  /** 0: at once. */
  readonly runAtMs: number;
  /** Empty for none. */
  readonly uniqueKey: string;
  readonly limitKey: string;
  /** Positions of parents in the same submission. */
  readonly after: readonly number[];
}

/** A job as it stands. */
export interface ModelJob extends ModelSpec {
  readonly id: number;
  readonly run: number;
  readonly parents: readonly number[];
  state: number;
  attempt: number;
  tries: number;
  dueMs: number;
  leaseEndMs: number;
  payload: string | null;
  /** Of its last row in the log. */
  seq: number;
  cause: number;
}

/** A run: its members, and the attempt that spawned it; 0 for none. */
export interface ModelRun {
  readonly members: number[];
  readonly parentJob: number;
  readonly parentAttempt: number;
}

/** Whether a job in this state stays in it, unless somebody redrives it. */
export const isEnd = (state: number): boolean => state >= STATE.done && state <= STATE.cancelled;

/** How a parent has ended, for the rules of its children; one that is gone or at work is pending. */
export function wayOf(parent: ModelJob | undefined): ParentWay {
  switch (parent?.state) {
    case STATE.done:
      return "done";
    case STATE.failed:
    case STATE.cancelled:
      return "failed";
    case STATE.skipped:
      return parent.cause === CAUSE.upstreamFailed ? "failed" : "skipped";
    default:
      return "pending";
  }
}
