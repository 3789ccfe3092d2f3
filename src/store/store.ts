/**
 * The one interface between the engine and a database: set-oriented, fenced by tokens, time passed in.
 *
 * Operations take effect in the order of the calls. Every promise resolves after the commit that
 * carries the operation, and only then.
 */
import type { StringColumn } from "../lib/string-column.ts";
import type { JobOptions, UniquePolicy } from "../model/job-options.ts";
import type { Watcher } from "./events.ts";
import type {
  CompactReceipt,
  DeadLetter,
  DeadLetterFilter,
  JobFilter,
  JobRecord,
  PurgePolicy,
  PurgeReceipt,
  RedriveReport,
  RunRecord,
  RunStatus,
  RunTree,
} from "./records.ts";

export type { JobFilter, RunStatus } from "./records.ts";

/** How rows of a submission reach the tables. Each store has some of them. */
export type StrategyName = "row" | "values" | "temp-table" | "unnest" | "appender" | "copy";

/** `full`: a commit is on disk when it resolves. `relaxed`: durable a little later, at the store's next flush. */
export type Durability = "full" | "relaxed";

/** A validated DAG in columns; index = position in the submission. */
export interface Submission {
  readonly runName: string | null;
  readonly nodeCount: number;
  /** Per node; null where it has no name. */
  readonly names: readonly (string | null)[];
  readonly tasks: StringColumn;
  /** JSON texts. */
  readonly args: readonly string[];
  readonly queues: StringColumn;
  readonly priorities: Uint8Array;
  /** Stored numbers of trigger rules. */
  readonly rules: Int32Array;
  readonly maxAttempts: Int32Array;
  readonly timeoutsMs: Int32Array;
  /** Edge ends as node indexes, without repeats. */
  readonly children: Int32Array;
  readonly parents: Int32Array;
  /** When each job may run at the earliest, in milliseconds since the epoch; null: all at once. */
  readonly runAtMs: Float64Array | null;
  /** Rare facts by node index. */
  readonly options: ReadonlyMap<number, JobOptions>;
  /** Edges to jobs that exist already: node indexes of the children, ids of the parents. */
  readonly outside: {
    readonly children: readonly number[];
    readonly parentIds: readonly number[];
  };
}

/** What an enqueue did. */
export interface EnqueueReceipt {
  /** Ids in the order of the submission; where a unique key was taken and ignored, that of the job that holds it. */
  readonly jobIds: readonly number[];
  /** Jobs that were not enqueued because their unique key was taken. */
  readonly ignored: number;
}

/** What writing a submission took. */
export interface SubmitReceipt {
  readonly runId: number;
  /** Ids of the run's jobs are consecutive from here, in submission order. */
  readonly firstJobId: number;
  readonly jobs: number;
  readonly edges: number;
  readonly strategy: StrategyName;
  /** SQL statements and appender flushes. */
  readonly statements: number;
  readonly statementBytesMax: number;
  readonly parametersMax: number;
  readonly commits: number;
  readonly rows: number;
}

/** A job handed to a worker. `jobId` and `attempt` are its token. */
export interface Claim {
  readonly jobId: number;
  readonly runId: number;
  readonly attempt: number;
  readonly task: string;
  /** JSON text. */
  readonly args: string;
  readonly timeoutMs: number;
}

/** A claim's fencing token. */
export interface Token {
  readonly jobId: number;
  readonly attempt: number;
}

/**
 * How an attempt ended. `fail` and `timeout` use up a try; `abandon` fails at once; `release` gives the job
 * back as it was; `nack` gives it back, due after `delayMs`.
 */
export type OutcomeKind = "done" | "fail" | "timeout" | "abandon" | "release" | "nack";

/** The end of one attempt. */
export interface Outcome extends Token {
  readonly kind: OutcomeKind;
  /** JSON text of the result or of the error; null for none. */
  readonly payload: string | null;
  /** For `nack`: milliseconds until the job is due again. */
  readonly delayMs?: number;
}

/** How a parent of a job ended. */
export interface ParentEnd {
  readonly jobId: number;
  readonly name: string | null;
  /** `pending` where it has not ended. */
  readonly state: "done" | "failed" | "skipped" | "cancelled" | "pending";
  /** JSON text of the result or the error; null for none. */
  readonly payload: string | null;
  /** For a parent that expanded to a run: its nodes that are done, in order. */
  readonly subResults:
    | readonly { readonly name: string | null; readonly payload: string | null }[]
    | null;
}

/** A schedule with what has become of it. */
export interface StoredSchedule {
  readonly name: string;
  readonly spec: string;
  /** When it was set; milliseconds since the epoch. */
  readonly sinceMs: number;
  /** The last slot that fired; 0 for none. */
  readonly lastSlotMs: number;
}

/** Somebody who holds claims and keeps them alive. */
export interface ClaimHolder {
  /** Tokens whose handlers run; asked before leases are judged. */
  held(): Iterable<Token>;
  /** A claim ended without its holder: cancelled, or its lease ran out. */
  revoked(token: Token): void;
}

/** What became of a set of outcomes. */
export interface Settled {
  readonly applied: number;
  /** Outcomes whose token was no longer current; they changed nothing. */
  readonly stale: number;
}

/** Running totals since open; reading them scans nothing. */
export interface Counters {
  commits: number;
  statements: number;
  rowsWritten: number;
  polls: number;
  conflicts: number;
  checkpointMs: number;
  staleSettles: number;
  /** Jobs ready now. */
  ready: number;
  /** Jobs that wait until they are due. */
  delayed: number;
  /** Jobs claimed now. */
  claimed: number;
}

/** Rows of the main tables. */
export interface RowCounts {
  readonly jobs: number;
  readonly edges: number;
  readonly transitions: number;
}

/** The verified content of a database or of one run. */
export interface Audit {
  readonly jobs: number;
  readonly edges: number;
  readonly doneOnce: boolean;
  readonly ordered: boolean;
  /** Order-independent, relative to the run's first job. */
  readonly checksum: string;
  /** The wrong rows in words, at most 20. */
  readonly violations: readonly string[];
}

/** Live jobs as text, a line each: as the store keeps them, and as its log gives them. */
export interface SelfCheck {
  readonly equal: boolean;
  readonly memory: readonly string[];
  readonly log: readonly string[];
}

/** What was mended when a damaged database was opened. */
export interface Repair {
  /** Bytes of the log behind its last whole commit. */
  readonly cutBytes: number;
  /** Commits that were recognized in them; their operations had been acknowledged and are lost. */
  readonly lostCommits: number;
  /** The files as they were. */
  readonly copies: readonly string[];
}

/** A connection of the caller with a transaction that the caller ends, such as a client of the package `pg`. */
export interface SqlClient {
  /** Runs one statement with its parameters. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>;
}

/** See the file's head. */
export interface Store {
  /** Whether `within` can be given: jobs that are stored with the caller's transaction, or not at all. */
  readonly joinsTransactions: boolean;
  /** What was mended at open; null where nothing was wrong. */
  readonly repair: Repair | null;
  /** The insert strategies that this store has. */
  readonly strategies: readonly StrategyName[];
  /** The strategy for so many rows where the caller leaves the choice. */
  autoStrategy(rows: number): StrategyName;
  submit(
    submission: Submission,
    strategy: StrategyName,
    chunkSize: number,
    nowMs: number,
    within?: SqlClient,
  ): Promise<SubmitReceipt>;
  /** Stages jobs without a run. @throws InputError for an unknown parent, QuackmarkError for a full queue or a key that is taken */
  enqueue(
    submission: Submission,
    unique: UniquePolicy,
    nowMs: number,
    within?: SqlClient,
  ): Promise<EnqueueReceipt>;
  claim(
    queues: readonly string[],
    limit: number,
    workerId: number,
    nowMs: number,
    leaseMs: number,
  ): Promise<readonly Claim[]>;
  /** Renews leases; returns the tokens that are no longer current. */
  heartbeat(tokens: Iterable<Token>, nowMs: number, leaseMs: number): Promise<Token[]>;
  /** Registers a holder of claims; returns its removal. */
  addHolder(holder: ClaimHolder): () => void;
  /** Cancels every live job that matches; returns how many. */
  cancel(filter: JobFilter, nowMs: number): Promise<number>;
  /**
   * Brings failed jobs back, with new tries, and the jobs below them that were skipped; runs of theirs go on.
   * With `cancelled`, also jobs that were cancelled.
   */
  redrive(
    filter: DeadLetterFilter,
    options: { readonly cancelled: boolean },
    nowMs: number,
  ): Promise<RedriveReport>;
  /** Failed jobs, the newest first. */
  deadLetters(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]>;
  /** All that is known of a job; undefined for one that is not there. */
  job(jobId: number): Promise<JobRecord | undefined>;
  /** A run with its nodes and edges. @throws InputError for a run that is not there */
  runRecord(runId: number): Promise<RunRecord>;
  /** A run and the runs below it. @throws InputError for a run that is not there */
  runTree(runId: number): Promise<RunTree>;
  /** A paused queue accepts jobs and hands none out; durable. */
  pause(queue: string, paused: boolean): Promise<void>;
  /** Registers a watcher of jobs and runs; returns its removal. Each change is told by the process that made it. */
  watch(watcher: Watcher): () => void;
  /** Sets a schedule, or with null removes it. `spec` is the engine's own text. */
  putSchedule(name: string, spec: string | null, nowMs: number): Promise<void>;
  schedules(): Promise<readonly StoredSchedule[]>;
  /**
   * Enqueues the one job of a slot, at most once for a slot and only for slots later than the last that fired.
   * Returns its id, or 0 where the slot has fired before or the schedule is gone.
   */
  fire(name: string, slotMs: number, job: Submission, nowMs: number): Promise<number>;
  /** Resolves when no job is ready and none is claimed. */
  whenIdle(): Promise<void>;
  /** Resolves when a queue has no live job. */
  whenEmpty(queue: string): Promise<void>;
  /** Resolves when there may be room for so many jobs. */
  roomFor(jobs: number): Promise<void>;
  /** The job of the token waits for a run of its own, stored with this; 0 for a token that is not current. */
  expand(token: Token, submission: Submission, nowMs: number): Promise<number>;
  /** Adds nodes to the run of the token's job; the first id, or 0 for a token that is not current. */
  addNodes(token: Token, submission: Submission, nowMs: number): Promise<number>;
  /** How the parents of jobs ended, with their results. */
  parentsOf(jobIds: readonly number[]): Promise<ReadonlyMap<number, readonly ParentEnd[]>>;
  settle(outcomes: readonly Outcome[], workerId: number, nowMs: number): Promise<Settled>;
  /** When the next delayed job is due; `Infinity` for none. */
  nextDueAt(): number;
  /** Registers a callback for "something became ready"; returns its removal. */
  subscribe(onReady: () => void): () => void;
  newWorkerId(): number;
  runStatus(runId: number): Promise<RunStatus>;
  /** Resolves after the commit that ended the run. */
  waitForRun(runId: number): Promise<RunStatus>;
  counters(): Counters;
  query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]>;
  /** Rows as a second connection sees them. */
  counts(): Promise<RowCounts>;
  audit(runId: number | null): Promise<Audit>;
  queueWait(): Promise<{ p50Ms: number; p99Ms: number }>;
  /** Compares what the store keeps for speed with what its log says; equal, or a bug is found. */
  selfCheck(): Promise<SelfCheck>;
  /** Deletes whole units that have ended; see {@link PurgePolicy}. */
  purge(policy: PurgePolicy, nowMs: number): Promise<PurgeReceipt>;
  /** Gives the space of deleted rows back to the file system. */
  compact(): Promise<CompactReceipt>;
  close(): Promise<void>;
}
