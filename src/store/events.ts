/** What a store tells those who watch it. Nothing of it is built while nobody does. */
import type { RunStatus } from "./records.ts";

/** The changes of a job by name. */
export const JOB_EVENTS = [
  "enqueued",
  "ready",
  "claimed",
  "done",
  "failed",
  "delayed",
  "released",
  "skipped",
  "cancelled",
  "expanded",
  "redriven",
] as const;

/** The name of a change of a job. */
export type JobEventName = (typeof JOB_EVENTS)[number];

/** One change of one job, told after the commit that holds it. */
export interface JobEvent {
  readonly type: JobEventName;
  readonly jobId: number;
  /** 0 for a job without a run. */
  readonly runId: number;
  readonly queue: string;
  readonly task: string;
  /** 0 before the first claim. */
  readonly attempt: number;
  /** 0 where no worker had a part in it. */
  readonly workerId: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Why, such as `handlerError`, `timeout`, `upstreamFailed`; `none` where there is nothing to say. */
  readonly cause: string;
  /** The job that decided it, the run that it expanded to, or 0. */
  readonly by: number;
  /** `claimed`: how long it was ready. The end of an attempt: how long it ran. Null where that is not known. */
  readonly tookMs: number | null;
  /** `delayed`: when it is due, in milliseconds since the epoch. */
  readonly dueMs: number | null;
  /** JSON text of the result or the error; null for none. */
  readonly payload: string | null;
}

/** Somebody who watches; both are called after the commit. */
export interface Watcher {
  jobs(events: readonly JobEvent[]): void;
  /** A run has ended. */
  run(status: RunStatus): void;
}
