/**
 * What a purge may delete, in units that stay whole: a run that has ended with all that its jobs expanded to, or
 * an ended job without a run. Read beside the lane; the lane looks again before it deletes.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { CAUSE, STATE } from "../../model/job.ts";
import { LAST_ENDS } from "./ended-sql.ts";

/** Which units are meant. Times are milliseconds since the epoch; `-Infinity` means none. */
export interface UnitChoice {
  /** Units that ended before this and did not fail. */
  readonly endedBeforeMs: number;
  /** Failed units that ended before this. */
  readonly failedBeforeMs: number;
  /** Ended jobs that are kept at most; the units that ended first go. */
  readonly keepJobs: number;
  /** Only units that ended so; null for all. */
  readonly states: readonly number[] | null;
  /** Only units with a job in this queue; null for all. */
  readonly queue: string | null;
  /** Only units with one of these jobs; null for all. */
  readonly jobIds: readonly number[] | null;
}

/** One unit. */
export interface Unit {
  /** Ascending. */
  readonly jobIds: readonly number[];
}

/** The unit of each run: the number of the run at the top, or less than 0 for a job without a run that expanded. */
const TOPS = `
  SELECT r.id AS run_id, r.id AS unit FROM dag_runs r WHERE r.parent_job_id = 0
  UNION ALL SELECT r.id, -p.id FROM dag_runs r JOIN jobs p ON p.id = r.parent_job_id WHERE p.run_id = 0
  UNION ALL SELECT r.id, t.unit FROM dag_runs r JOIN jobs p ON p.id = r.parent_job_id JOIN tops t ON t.run_id = p.run_id`;

/** A run failed if one of its leaves did; see run-book.ts. A unique key with a window outlives its job. */
const UNITS = `
  SELECT m.unit, count(*) AS jobs, max(e.ts) AS ended_at, bool_or(m.queue = $queue) AS in_queue, bool_or(list_contains($ids, m.id)) AS asked,
    CASE WHEN m.unit < 0 THEN max(e.state) FILTER (m.id = -m.unit)
      WHEN bool_or(m.run_id = m.unit AND m.is_leaf AND (e.state = ${STATE.failed} OR e.cause = ${CAUSE.upstreamFailed})) THEN ${STATE.failed}
      WHEN bool_or(m.run_id = m.unit AND e.state = ${STATE.cancelled}) THEN ${STATE.cancelled} ELSE ${STATE.done} END AS state
  FROM members m LEFT JOIN ended e ON e.job_id = m.id LEFT JOIN job_options o ON o.job_id = m.id
  GROUP BY m.unit HAVING count(*) = count(e.job_id)
    AND coalesce(max(epoch_ms(m.created_at) + (o.options->>'uniqueMs')::DOUBLE), 0) <= $now`;

/** In the order of their ends; ids of one unit together. */
const CHOSEN = `
  WITH RECURSIVE tops(run_id, unit) AS (${TOPS}),
  ended AS MATERIALIZED (${LAST_ENDS}),
  members AS (
    SELECT j.id, j.run_id, j.queue, j.created_at, coalesce(t.unit, -j.id) AS unit,
      NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = j.id) AS is_leaf
    FROM jobs j LEFT JOIN tops t ON t.run_id = j.run_id WHERE j.run_id = 0 OR t.unit IS NOT NULL),
  units AS (${UNITS}),
  ranked AS (SELECT *, sum(jobs) OVER (ORDER BY ended_at DESC, abs(unit) DESC) AS kept FROM units),
  chosen AS (
    SELECT unit, ended_at FROM ranked
    WHERE (kept > $keep OR epoch_ms(ended_at) < CASE WHEN state = ${STATE.failed} THEN $failedBefore ELSE $before END)
      AND ($anyState OR list_contains($states, state)) AND ($queue = '' OR in_queue) AND (NOT $onlyIds OR asked))
  SELECT m.id::DOUBLE, c.unit::DOUBLE FROM members m JOIN chosen c ON c.unit = m.unit ORDER BY c.ended_at, abs(c.unit), m.id`;

/** Beyond all times and counts, and exact as a double. */
const FAR = Number.MAX_SAFE_INTEGER;
const bounded = (value: number): number => Math.min(FAR, Math.max(-FAR, value));

/** Reads the units that are chosen, those that ended first first. */
export async function readUnits(
  connection: DuckDBConnection,
  choice: UnitChoice,
  nowMs: number,
): Promise<Unit[]> {
  const { states, jobIds } = choice;
  const result = await connection.run(
    CHOSEN.replace("$ids", list(jobIds)).replace("$states", list(states)),
    {
      now: nowMs,
      keep: bounded(choice.keepJobs),
      before: bounded(choice.endedBeforeMs),
      failedBefore: bounded(choice.failedBeforeMs),
      anyState: states === null,
      queue: choice.queue ?? "",
      onlyIds: jobIds !== null,
    },
  );
  const units: Unit[] = [];
  let ids: number[] = [];
  let unit = Number.NaN;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return units;
    const [idColumn, unitColumn] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
    for (let row = 0; row < chunk.rowCount; row++) {
      const next = Number(unitColumn.getItem(row));
      if (next !== unit) {
        unit = next;
        ids = [];
        units.push({ jobIds: ids });
      }
      ids.push(Number(idColumn.getItem(row)));
    }
  }
}

/** Whole numbers, as a literal. */
function list(numbers: readonly number[] | null): string {
  return `[${(numbers ?? []).map((number) => Math.trunc(number)).join(", ")}]::BIGINT[]`;
}
