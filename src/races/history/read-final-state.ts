/**
 * The last reads of a history, and the log, from a queue that has come to rest. Each is one query, so
 * one snapshot; they are recorded like any other read.
 */
import { EDGES_QUERY, JOBS_QUERY, LOG_QUERY, RUNS_QUERY } from "../../store/duckdb/inspection.ts";
import { KIND, SEEN, seenOf } from "./event.ts";
import type { History } from "./history.ts";
import { JobLog } from "./job-log.ts";
import type { Recorder } from "./recorder.ts";

/** Runs a read-only query, as `queue.sql` does. */
export type ReadRows = (text: string) => Promise<Record<string, unknown>[]>;

/** What is read, in the words of the store. */
export interface StateQueries {
  readonly jobs: string;
  readonly edges: string;
  readonly runs: string;
}

/** In the words of the embedded store. */
export const EMBEDDED: StateQueries = { jobs: JOBS_QUERY, edges: EDGES_QUERY, runs: RUNS_QUERY };

/** How a run stands, as `queue.run` tells it. */
export type ReadRun = (runId: number) => Promise<{ readonly status: string }>;

/** Records one snapshot of all jobs. */
export async function recordAllJobs(
  recorder: Recorder,
  proc: number,
  read: ReadRows,
  jobsQuery: string = JOBS_QUERY,
): Promise<void> {
  const op = recorder.invoke(proc, KIND.readAll);
  const rows = await read(jobsQuery);
  recorder.ok(
    op,
    rows.map((row) => ({
      job: Number(row["id"]),
      state: seenOf(String(row["state"])),
      attempt: Number(row["attempt"]),
      value: Number(row["seq"]),
      payload: row["payload"] === null ? null : String(row["payload"]),
    })),
  );
}

/** Records all that is stored: jobs, edges, runs with their statuses; see {@link ReadRun}. */
export async function recordFinalState(
  recorder: Recorder,
  proc: number,
  read: ReadRows,
  readRun: ReadRun,
  queries: StateQueries = EMBEDDED,
): Promise<void> {
  await recordAllJobs(recorder, proc, read, queries.jobs);
  const edges = recorder.invoke(proc, KIND.readEdges);
  recorder.ok(
    edges,
    (await read(queries.edges)).map((row) => ({
      job: Number(row["child_job_id"]),
      other: Number(row["parent_job_id"]),
    })),
  );
  for (const run of await read(queries.runs)) await recordRun(recorder, proc, run, readRun);
}

const MEMBER_STATES = ["done", "failed", "skipped", "cancelled"] as const;

async function recordRun(
  recorder: Recorder,
  proc: number,
  run: Record<string, unknown>,
  readRun: ReadRun,
): Promise<void> {
  const value = Number(run["id"]);
  const op = recorder.invoke(proc, KIND.readRun, { value });
  const { status } = await readRun(value);
  recorder.ok(op, [
    { value, state: status === "running" ? SEEN.running : seenOf(status) },
    ...MEMBER_STATES.map((name) => ({ value, state: SEEN[name], attempt: Number(run[name]) })),
  ]);
  const parent = Number(run["parent_job_id"]);
  const attempt = Number(run["parent_attempt"]);
  recorder.ok(
    recorder.invoke(proc, KIND.readRunParent, { value }),
    parent === 0 ? { value } : { job: parent, attempt, value },
  );
}

const US_PER_MS = 1000;

/** The queue's log, for white-box checks of `history`. */
export async function readJobLog(history: History, read: ReadRows): Promise<JobLog> {
  const log = new JobLog();
  for (const row of await read(LOG_QUERY)) {
    const number = (name: string): number => Number(row[name] ?? 0);
    log.push(history, {
      seq: number("seq"),
      jobId: number("job_id"),
      state: number("state"),
      attempt: number("attempt"),
      tsMs: number("ts_us") / US_PER_MS,
      worker: number("worker"),
      atMs: number("at_us") / US_PER_MS,
      cause: number("cause"),
      byJobId: number("by_job"),
      payload: row["payload"] === null ? null : String(row["payload"]),
    });
  }
  return log;
}
