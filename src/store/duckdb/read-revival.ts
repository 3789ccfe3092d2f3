/** From the log: which jobs a redrive brings back, with all that the ledger needs to take them in again. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { CAUSE, STATE } from "../../model/job.ts";
import type { JobOptions } from "../../model/job-options.ts";
import type { DeadLetterFilter } from "../records.ts";
import { BIGINT, LIST, listValue } from "./duckdb-api.ts";
import { filterSql, LAST_ENDS } from "./ended-sql.ts";
import type { JobFacts } from "./job-table.ts";
import type { RunParent } from "./row-source.ts";
import type { RunCounts } from "./run-book.ts";

/** A job that ended and may live again. */
export interface Candidate {
  readonly jobId: number;
  readonly runId: number;
  /** The key that it needs; null for none. */
  readonly options: JobOptions | null;
  /** The job whose sub-run it belongs to; null for none. */
  readonly subRunOf: RunParent | null;
}

/** A job with its facts and the number of its last attempt. */
export interface Revival {
  readonly facts: JobFacts;
  readonly attempt: number;
  readonly options: JobOptions | null;
  readonly createdMs: number;
  /** Whether an edge leads away from it. */
  readonly hasChildren: boolean;
}

/** An ended run as its book was when it closed. */
export interface ClosedRun {
  readonly runId: number;
  readonly jobs: number;
  readonly counts: RunCounts;
  /** Whether a job expanded to it. */
  readonly isSubRun: boolean;
}

async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  parameters: Record<string, DuckDBValue> = {},
  types = {},
): Promise<DuckDBValue[][]> {
  return (await connection.run(sql, parameters, types)).getRows();
}

/** Rows of a query whose `$ids` are job or run ids. */
function rowsByIds(
  connection: DuckDBConnection,
  sql: string,
  ids: Iterable<number>,
): Promise<DuckDBValue[][]> {
  return rowsOf(
    connection,
    sql,
    { ids: listValue(Array.from(ids, BigInt)) },
    { ids: LIST(BIGINT) },
  );
}

/** The table of `$ids`. */
const IDS = "(SELECT unnest($ids) AS id)";

function parsedOptions(text: DuckDBValue | undefined): JobOptions | null {
  return typeof text === "string" ? (JSON.parse(text) as JobOptions) : null;
}

/** The jobs that ended in one of the states and match, in the order of their ids. */
export async function readCandidates(
  connection: DuckDBConnection,
  filter: DeadLetterFilter,
  states: readonly number[],
): Promise<Candidate[]> {
  const { where, parameters } = filterSql(filter);
  const rows = await rowsOf(
    connection,
    `SELECT j.id, j.run_id, o.options, r.parent_job_id, r.parent_attempt
     FROM (${LAST_ENDS}) e JOIN jobs j ON j.id = e.job_id
     LEFT JOIN job_options o ON o.job_id = j.id LEFT JOIN dag_runs r ON r.id = j.run_id
     WHERE e.state IN (${states.join(", ")}) AND ${where} ORDER BY j.id`,
    parameters,
  );
  return rows.map(([id, run, options, parent, attempt]) => ({
    jobId: Number(id),
    runId: Number(run),
    options: parsedOptions(options),
    subRunOf:
      Number(parent ?? 0) === 0 ? null : { jobId: Number(parent), attempt: Number(attempt) },
  }));
}

/** Jobs that were skipped and lie below the given ones through skipped jobs alone. */
export async function readSkippedBelow(
  connection: DuckDBConnection,
  jobIds: readonly number[],
): Promise<number[]> {
  const rows = await rowsOf(
    connection,
    `SELECT d.parent_job_id, d.child_job_id FROM job_dependencies d
     SEMI JOIN (SELECT job_id FROM (${LAST_ENDS}) WHERE state = ${STATE.skipped}) s ON s.job_id = d.child_job_id`,
  );
  const childrenOf = new Map<number, number[]>();
  for (const [parent, child] of rows) {
    const list = childrenOf.get(Number(parent));
    if (list === undefined) childrenOf.set(Number(parent), [Number(child)]);
    else list.push(Number(child));
  }
  const found = new Set<number>();
  const next = [...jobIds];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    for (const child of childrenOf.get(id) ?? []) {
      if (found.has(child)) continue;
      found.add(child);
      next.push(child);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** The facts of jobs, in the order of their ids. */
export async function readRevivals(
  connection: DuckDBConnection,
  jobIds: readonly number[],
): Promise<Revival[]> {
  const rows = await rowsByIds(
    connection,
    `SELECT j.id, j.run_id, j.queue, j.task, j.args, j.priority, j.rule, j.max_attempts, j.timeout_ms, epoch_us(j.run_at),
       o.options, coalesce(a.attempt, 0), c.id IS NOT NULL, epoch_us(j.created_at)
     FROM jobs j SEMI JOIN ${IDS} i ON i.id = j.id
     LEFT JOIN job_options o ON o.job_id = j.id
     LEFT JOIN (SELECT job_id, max(attempt) AS attempt FROM transitions GROUP BY job_id) a ON a.job_id = j.id
     LEFT JOIN (SELECT DISTINCT parent_job_id AS id FROM job_dependencies) c ON c.id = j.id
     ORDER BY j.id`,
    jobIds,
  );
  return rows.map((row) => ({
    facts: {
      id: Number(row[0]),
      runId: Number(row[1]),
      queue: String(row[2]),
      task: String(row[3]),
      args: String(row[4]),
      priority: Number(row[5]),
      rule: Number(row[6]),
      maxAttempts: Number(row[7]),
      timeoutMs: Number(row[8]),
      runAtMs: Number(row[9]) / 1000,
    },
    options: parsedOptions(row[10]),
    attempt: Number(row[11]),
    hasChildren: row[12] === true,
    createdMs: Number(row[13]) / 1000,
  }));
}

/** All edges that touch the given jobs, as (child, parent). */
export async function readEdgesOf(
  connection: DuckDBConnection,
  jobIds: readonly number[],
): Promise<(readonly [child: number, parent: number])[]> {
  const rows = await rowsByIds(
    connection,
    `WITH i AS ${IDS} SELECT child_job_id, parent_job_id FROM job_dependencies
     WHERE child_job_id IN (SELECT id FROM i) OR parent_job_id IN (SELECT id FROM i)`,
    jobIds,
  );
  return rows.map(([child, parent]) => [Number(child), Number(parent)]);
}

/** Ended runs with the counts of their jobs. */
export async function readClosedRuns(
  connection: DuckDBConnection,
  runIds: readonly number[],
): Promise<ClosedRun[]> {
  if (runIds.length === 0) return [];
  const count = (state: number) => `count(*) FILTER (e.state = ${state})`;
  const rows = await rowsByIds(
    connection,
    `SELECT j.run_id, count(*), ${count(STATE.done)}, ${count(STATE.failed)}, ${count(STATE.skipped)}, ${count(STATE.cancelled)},
       count(*) FILTER ((e.state = ${STATE.failed} OR e.cause = ${CAUSE.upstreamFailed}) AND NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = j.id)),
       any_value(r.parent_job_id)
     FROM jobs j JOIN (${LAST_ENDS}) e ON e.job_id = j.id JOIN dag_runs r ON r.id = j.run_id SEMI JOIN ${IDS} i ON i.id = j.run_id GROUP BY j.run_id`,
    runIds,
  );
  return rows.map((row) => {
    const at = (index: number): number => Number(row[index]);
    const counts = { done: at(2), failed: at(3), skipped: at(4), cancelled: at(5), lost: at(6) };
    return { runId: at(0), jobs: at(1), counts, isSubRun: at(7) !== 0 };
  });
}
