/** Single jobs and dead letters as the log has them, on the reader connection. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { STATE, STATE_NAMES, type StateName } from "../../model/job.ts";
import type { AttemptRecord, DeadLetter, DeadLetterFilter, JobRecord } from "../records.ts";
import { causeName, filterSql, LAST_ENDS } from "./ended-sql.ts";

/** Microseconds since the epoch as a date. */
export function dateOf(us: DuckDBValue | undefined): Date {
  return new Date(Number(us) / 1000);
}

/** A text, or null. */
export function textOf(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** The newest dead letters first, at most `limit`. */
export async function readDeadLetters(
  connection: DuckDBConnection,
  filter: DeadLetterFilter,
  limit: number,
): Promise<DeadLetter[]> {
  const { where, parameters } = filterSql(filter);
  const result = await connection.run(
    `SELECT j.id, j.run_id, j.name, j.queue, j.task, e.attempt, epoch_us(e.ts), e.cause, e.payload
     FROM (${LAST_ENDS}) e JOIN jobs j ON j.id = e.job_id
     WHERE e.state = ${STATE.failed} AND ${where} ORDER BY e.ts DESC, j.id DESC LIMIT $limit`,
    { ...parameters, limit: BigInt(limit) },
  );
  return (await result.getRows()).map((row) => ({
    jobId: Number(row[0]),
    runId: Number(row[1]),
    name: textOf(row[2]),
    queue: String(row[3]),
    task: String(row[4]),
    attempts: Number(row[5]),
    failedAt: dateOf(row[6]),
    cause: causeName(row[7]),
    error: textOf(row[8]),
  }));
}

/** All that the log knows of a job, but its state; undefined for a job that is not there. */
export async function readJob(
  connection: DuckDBConnection,
  jobId: number,
): Promise<Omit<JobRecord, "state"> | undefined> {
  const job = BigInt(jobId);
  const jobs = await connection.run(
    "SELECT run_id, name, queue, task, args, priority, max_attempts, timeout_ms, epoch_us(created_at) FROM jobs WHERE id = $job",
    { job },
  );
  const [facts] = await jobs.getRows();
  if (facts === undefined) return undefined;
  const parents = await connection.run(
    "SELECT parent_job_id FROM job_dependencies WHERE child_job_id = $job ORDER BY 1",
    { job },
  );
  const log = await connection.run(
    `SELECT state, attempt, epoch_us(ts), worker, epoch_us(relevant_at), cause, by_job, payload
     FROM transitions WHERE job_id = $job ORDER BY seq`,
    { job },
  );
  const rows = await log.getRows();
  const parentRows = await parents.getRows();
  return {
    jobId,
    runId: Number(facts[0]),
    name: textOf(facts[1]),
    queue: String(facts[2]),
    task: String(facts[3]),
    args: String(facts[4]),
    priority: Number(facts[5]),
    maxAttempts: Number(facts[6]),
    timeoutMs: Number(facts[7]),
    createdAt: dateOf(facts[8]),
    cause: causeName(rows.at(-1)?.[5]),
    by: Number(rows.at(-1)?.[6] ?? 0),
    parents: parentRows.map(([id]) => Number(id)),
    attempts: attemptsOf(rows),
  };
}

/** Each claim with the row that ended it. An expanded job ends its attempt twice; the last word counts. */
function attemptsOf(rows: readonly DuckDBValue[][]): AttemptRecord[] {
  const attempts = new Map<number, AttemptRecord>();
  for (const [state, number, ts, worker, at, cause, , payload] of rows) {
    const attempt = Number(number);
    if (Number(state) === STATE.claimed) {
      attempts.set(attempt, {
        attempt,
        workerId: Number(worker),
        readyAt: dateOf(at),
        claimedAt: dateOf(ts),
        endedAt: null,
        outcome: null,
        cause: "none",
        payload: null,
      });
      continue;
    }
    const claim = attempts.get(attempt);
    if (claim === undefined || Number(state) === STATE.redriven) continue;
    attempts.set(attempt, {
      ...claim,
      endedAt: dateOf(ts),
      outcome: STATE_NAMES[Number(state)] as StateName,
      cause: causeName(cause),
      payload: textOf(payload),
    });
  }
  return [...attempts.values()];
}
