/** What a caller says of a job. */
import type { TriggerName } from "../model/triggers.ts";

/** One job to enqueue. */
export interface JobInput {
  /** A registered task. */
  readonly task: string;
  /** Any JSON value; null where absent. */
  readonly args?: unknown;
  /** 0–100, higher first. */
  readonly priority?: number;
  /** The named lane that workers claim from; `default` where absent. */
  readonly queue?: string;
  /** `all_success` where absent. */
  readonly trigger?: TriggerName;
  /** Tries before the job is failed. */
  readonly maxAttempts?: number;
  /** Longest attempt, in milliseconds. */
  readonly timeoutMs?: number;
  /** Due so many milliseconds after the call. */
  readonly delayMs?: number;
  /** Due at this time; give it or `delayMs`. */
  readonly runAt?: Date;
  /** Ids of jobs that exist already, live or ended; `trigger` says how their ends decide. */
  readonly dependsOn?: readonly number[];
  /** First wait between tries, in milliseconds; doubles with each try. */
  readonly backoffMs?: number;
  /** At most one job with this key is live; see `unique` of the call. */
  readonly uniqueKey?: string;
  /** The key stays taken for so many milliseconds, also when the job has ended. */
  readonly uniqueMs?: number;
  /** Jobs of one key share a limit; see `limits` of `Queue.open`. */
  readonly limitKey?: string;
}

/** One node of a DAG to submit. */
export interface NodeInput extends JobInput {
  /** Unique within the DAG; edges may use it. */
  readonly name?: string;
}
