/** What a store tells of single jobs and runs, for people who look: dead letters, attempts, graphs, hierarchies. */
import type { StateName } from "../model/job.ts";

/** Which jobs a control acts on: all that match every field given. */
export interface JobFilter {
  readonly jobId?: number;
  readonly runId?: number;
  readonly queue?: string;
  readonly task?: string;
}

/** How a run stands. */
export interface RunStatus {
  readonly runId: number;
  readonly status: "running" | "done" | "failed" | "cancelled";
  readonly jobs: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
}

/** Which dead letters: all that match every field given. */
export interface DeadLetterFilter extends JobFilter {
  /** Failed at or after this time. */
  readonly since?: Date;
  /** Failed before this time. */
  readonly before?: Date;
}

/** A job that failed for good. */
export interface DeadLetter {
  readonly jobId: number;
  /** 0 for a job without a run. */
  readonly runId: number;
  readonly name: string | null;
  readonly queue: string;
  readonly task: string;
  /** Attempts so far. */
  readonly attempts: number;
  readonly failedAt: Date;
  /** Why it failed at last: `handlerError`, `timeout`, `crash`, `lostLease`, `abandoned`, `subRun`. */
  readonly cause: string;
  /** JSON text of the last error; null for none. */
  readonly error: string | null;
}

/** One attempt of a job, from its claim to its end. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly workerId: number;
  readonly readyAt: Date;
  readonly claimedAt: Date;
  /** Null while it runs. */
  readonly endedAt: Date | null;
  /** `done`, `failed`, `delayed` (a try used up, or given back), `released`, `cancelled`, `expanded`; null while it runs. */
  readonly outcome: StateName | null;
  readonly cause: string;
  /** JSON text of the result or the error; null for none. */
  readonly payload: string | null;
}

/** All that is known of one job. */
export interface JobRecord {
  readonly jobId: number;
  /** 0 for a job without a run. */
  readonly runId: number;
  readonly name: string | null;
  readonly queue: string;
  readonly task: string;
  /** JSON text. */
  readonly args: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly state: StateName;
  readonly createdAt: Date;
  /** Why it was skipped or cancelled, or why its last attempt ended; `none` where there is nothing to say. */
  readonly cause: string;
  /** The job that decided its skip, the run that it expanded to, or 0. */
  readonly by: number;
  /** Ids of the jobs that it depends on. */
  readonly parents: readonly number[];
  readonly attempts: readonly AttemptRecord[];
}

/** What a redrive did. */
export interface RedriveReport {
  /** Failed jobs that live again. */
  readonly redriven: readonly number[];
  /** Jobs below them that were skipped and wait again. */
  readonly revived: readonly number[];
  /** Failed jobs that matched and stay as they are, with the reason. */
  readonly refused: readonly { readonly jobId: number; readonly reason: string }[];
}

/** A node of a run, as it stands. */
export interface NodeRecord {
  readonly jobId: number;
  readonly name: string | null;
  readonly task: string;
  readonly queue: string;
  readonly state: StateName;
  readonly attempts: number;
  /** Begin of the last attempt; null where there was none. */
  readonly startedAt: Date | null;
  /** When it ended for good; null while it lives. */
  readonly endedAt: Date | null;
}

/** A run with its nodes, in the order of their ids, and the edges between them. */
export interface RunRecord {
  readonly runId: number;
  readonly name: string | null;
  readonly status: RunStatus;
  readonly nodes: readonly NodeRecord[];
  /** Positions in `nodes`. */
  readonly edges: readonly (readonly [child: number, parent: number])[];
}

/** A run and the runs that its nodes expanded to. */
export interface RunTree {
  readonly runId: number;
  readonly name: string | null;
  readonly status: RunStatus;
  /** The node, and its attempt, that expanded to this run; null for a run of its own. */
  readonly parent: { readonly jobId: number; readonly attempt: number } | null;
  readonly children: readonly RunTree[];
}

/** Which units a purge deletes: ended runs with all that their jobs expanded to, and ended jobs without a run. */
export interface PurgePolicy {
  /** Those that ended at least so long ago, in milliseconds; 0 for all. */
  readonly olderThanMs?: number;
  /** Those beyond the newest so many ended jobs. */
  readonly keepJobs?: number;
  /** Of these, only units that ended so. */
  readonly states?: readonly ("done" | "failed" | "skipped" | "cancelled")[];
  /** Of these, only units with a job in this queue. */
  readonly queue?: string;
  /** Of these, only units with one of these jobs. */
  readonly jobIds?: readonly number[];
  /** Whether the rows are written as Parquet first; default: where the queue has an archive folder. */
  readonly archive?: boolean;
}

/** What a purge deleted. */
export interface PurgeReceipt {
  readonly jobs: number;
  readonly runs: number;
  /** Folders with the Parquet files of what was deleted. */
  readonly archived: readonly string[];
}

/** Sizes of the file and its log. */
export interface CompactReceipt {
  readonly beforeBytes: number;
  readonly afterBytes: number;
}
