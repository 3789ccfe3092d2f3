/**
 * Deletes what has ended in whole units: a run that has ended with all that its jobs expanded to, or an ended job
 * without a run. The units are read once; then each slice is a short transaction beside the lane, so that nobody
 * waits for it and vacuum can follow.
 */
import { STATE } from "../../model/job.ts";
import type { PurgeReceipt } from "../records.ts";
import { numbers } from "./arrays.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

/** Which units are meant. Times are milliseconds since the epoch; null means none. */
export interface UnitChoice {
  /** Units that ended before this and did not fail. */
  readonly endedBeforeMs: number | null;
  /** Failed units that ended before this. */
  readonly failedBeforeMs: number | null;
  /** Ended jobs that are kept at most, the newest ones; null for all. */
  readonly keepJobs: number | null;
  /** Only units that ended so; null for all. */
  readonly states: readonly number[] | null;
  /** Only units with a job in this queue; null for all. */
  readonly queue: string | null;
  /** Only units with one of these jobs; null for all. */
  readonly jobIds: readonly number[] | null;
}

/** Jobs of one transaction. A larger run goes by itself. */
const SLICE_JOBS = 5_000;

/** The unit of each run: the run at the top, or less than 0 for a job without a run that expanded. */
const TOPS = `
  SELECT r.id AS run_id, r.id AS unit FROM {s}.dag_runs r WHERE r.parent_job_id = 0
  UNION ALL SELECT r.id, -p.id FROM {s}.dag_runs r JOIN {s}.jobs p ON p.id = r.parent_job_id WHERE p.run_id = 0
  UNION ALL SELECT r.id, t.unit FROM {s}.dag_runs r JOIN {s}.jobs p ON p.id = r.parent_job_id JOIN tops t ON t.run_id = p.run_id`;

/** A unique key with a window outlives its job. */
const UNITS = `
  SELECT m.unit, count(*) AS jobs, max(m.ended_at) AS ended_at, bool_or(m.queue = $5) AS in_queue, bool_or(m.id = ANY($6::bigint[])) AS asked,
    CASE WHEN m.unit < 0 THEN max(m.state) FILTER (WHERE m.id = -m.unit)
      ELSE CASE max(r.status) WHEN 'failed' THEN ${STATE.failed} WHEN 'cancelled' THEN ${STATE.cancelled} ELSE ${STATE.done} END END AS state
  FROM members m LEFT JOIN {s}.dag_runs r ON r.id = m.unit
  GROUP BY m.unit
  HAVING (CASE WHEN m.unit < 0 THEN bool_or(m.id = -m.unit) ELSE max(r.status) <> 'running' END)
    AND coalesce(max(extract(epoch FROM m.created_at) * 1000 + (m.options::json ->> 'uniqueMs')::float8), 0) <= $7::float8`;

/** In the order of their ends; ids of one unit together. */
const CHOSEN = `
  WITH RECURSIVE tops(run_id, unit) AS (${TOPS}),
  members AS (
    SELECT e.id, e.queue, e.state, e.ended_at, e.created_at, e.options, coalesce(t.unit, -e.id) AS unit
    FROM {s}.ended_jobs e LEFT JOIN tops t ON t.run_id = e.run_id WHERE e.run_id = 0 OR t.unit IS NOT NULL),
  units AS (${UNITS}),
  ranked AS (SELECT *, sum(jobs) OVER (ORDER BY ended_at DESC, abs(unit) DESC) AS kept FROM units),
  chosen AS (
    SELECT unit, ended_at FROM ranked
    WHERE (kept > $1::float8 OR extract(epoch FROM ended_at) * 1000 < CASE WHEN state = ${STATE.failed} THEN $3::float8 ELSE $2::float8 END)
      AND ($4::integer[] IS NULL OR state = ANY($4::integer[])) AND ($5::text IS NULL OR in_queue) AND ($6::bigint[] IS NULL OR asked))
  SELECT m.unit, m.id FROM members m JOIN chosen c ON c.unit = m.unit ORDER BY c.ended_at, abs(c.unit), m.id`;

interface Row {
  readonly unit: number;
  readonly id: number;
}

/** Deletes the units that are chosen; resolves when the last slice is committed. */
export async function purge(
  readers: Readers,
  schema: string,
  choice: UnitChoice,
  nowMs: number,
): Promise<PurgeReceipt> {
  const { keepJobs, endedBeforeMs, failedBeforeMs, states, queue, jobIds } = choice;
  const rows = (await readers.rows(inSchema(schema, CHOSEN), [
    keepJobs,
    endedBeforeMs,
    failedBeforeMs,
    states === null ? null : numbers(states),
    queue,
    jobIds === null ? null : numbers(jobIds),
    nowMs,
  ])) as unknown as Row[];
  const total = { jobs: 0, runs: 0, archived: [] };
  for (const slice of slices(rows)) {
    const [deleted] = await readers.rows(inSchema(schema, "SELECT * FROM {s}.purge($1, $2)"), [
      numbers(slice.map(({ unit }) => unit)),
      numbers(slice.map(({ id }) => id)),
    ]);
    total.jobs += Number(deleted?.["jobs"]);
    total.runs += Number(deleted?.["runs"]);
  }
  return total;
}

/** Whole units, up to the size of a slice where that is possible. */
function* slices(rows: readonly Row[]): Generator<readonly Row[]> {
  let from = 0;
  let lastUnit = 0;
  for (let at = 1; at <= rows.length; at++) {
    if (at < rows.length && rows[at]?.unit === rows[at - 1]?.unit) continue;
    // A unit ends here.
    if (at - from > SLICE_JOBS && lastUnit > from) {
      yield rows.slice(from, lastUnit);
      from = lastUnit;
    }
    lastUnit = at;
  }
  if (from < rows.length) yield rows.slice(from);
}
