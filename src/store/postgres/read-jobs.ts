/** Single jobs and dead letters, with every attempt. */
import { CAUSE_NAMES, STATE, STATE_NAMES, type StateName } from "../../model/job.ts";
import type { AttemptRecord, DeadLetter, DeadLetterFilter, JobRecord } from "../records.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

const causeName = (cause: unknown): string => CAUSE_NAMES[Number(cause ?? 0)] as string;

const DEAD_LETTERS = `
  SELECT id AS "jobId", run_id AS "runId", name, queue, task, attempt AS attempts, ended_at AS "failedAt", cause, payload AS error
  FROM {s}.ended_jobs WHERE state = ${STATE.failed} AND ($1::bigint IS NULL OR id = $1) AND ($2::bigint IS NULL OR run_id = $2)
    AND ($3::text IS NULL OR queue = $3) AND ($4::text IS NULL OR task = $4)
    AND ($5::timestamptz IS NULL OR ended_at >= $5) AND ($6::timestamptz IS NULL OR ended_at < $6)
  ORDER BY ended_at DESC, id DESC LIMIT $7`;

/** The newest first, at most `limit`. */
export async function readDeadLetters(
  readers: Readers,
  schema: string,
  filter: DeadLetterFilter,
  limit: number,
): Promise<DeadLetter[]> {
  const { jobId, runId, queue, task, since, before } = filter;
  const rows = await readers.rows(inSchema(schema, DEAD_LETTERS), [
    jobId,
    runId,
    queue,
    task,
    since,
    before,
    limit,
  ]);
  return rows.map((row) => ({ ...row, cause: causeName(row["cause"]) }) as unknown as DeadLetter);
}

const JOB = `
  SELECT id AS "jobId", run_id AS "runId", name, queue, task, args, priority, max_attempts AS "maxAttempts", timeout_ms AS "timeoutMs",
    state, created_at AS "createdAt"
  FROM (SELECT id, run_id, name, queue, task, args, priority, max_attempts, timeout_ms, state, created_at FROM {s}.live_jobs
    UNION ALL SELECT id, run_id, name, queue, task, args, priority, max_attempts, timeout_ms, state, created_at FROM {s}.ended_jobs) j WHERE id = $1`;

interface LogRow {
  readonly state: number;
  readonly attempt: number;
  readonly ts: Date;
  readonly worker: number;
  readonly at: Date;
  readonly cause: number;
  readonly by_job: number;
  readonly payload: string | null;
}

/** All that is known of a job; undefined for one that is not there. */
export async function readJob(
  readers: Readers,
  schema: string,
  jobId: number,
): Promise<JobRecord | undefined> {
  const [facts] = await readers.rows(inSchema(schema, JOB), [jobId]);
  if (facts === undefined) return undefined;
  const parents = await readers.rows(
    inSchema(
      schema,
      "SELECT parent_job_id AS id FROM {s}.job_dependencies WHERE child_job_id = $1 ORDER BY 1",
    ),
    [jobId],
  );
  const log = (await readers.rows(
    inSchema(
      schema,
      "SELECT state, attempt, ts, worker, relevant_at AS at, cause, by_job, payload FROM {s}.transitions WHERE job_id = $1 ORDER BY seq",
    ),
    [jobId],
  )) as unknown as LogRow[];
  const last = log.at(-1);
  return {
    ...(facts as unknown as JobRecord),
    state: STATE_NAMES[Number(facts["state"])] as StateName,
    cause: causeName(last?.cause),
    by: last?.by_job ?? 0,
    parents: parents.map(({ id }) => Number(id)),
    attempts: attemptsOf(log),
  };
}

/** Each claim with the row that ended it. An expanded job ends its attempt twice; the last word counts. */
function attemptsOf(log: readonly LogRow[]): AttemptRecord[] {
  const attempts = new Map<number, AttemptRecord>();
  for (const { state, attempt, ts, worker, at, cause, payload } of log) {
    if (state === STATE.claimed) {
      const open = { endedAt: null, outcome: null, cause: "none", payload: null };
      attempts.set(attempt, { attempt, workerId: worker, readyAt: at, claimedAt: ts, ...open });
      continue;
    }
    const claim = attempts.get(attempt);
    if (claim === undefined || state === STATE.redriven) continue;
    const outcome = STATE_NAMES[state] as StateName;
    attempts.set(attempt, { ...claim, endedAt: ts, outcome, cause: causeName(cause), payload });
  }
  return [...attempts.values()];
}
