/**
 * Schema version 1: the append-only log, and the views over it.
 *
 * No keys and no indexes: the ledger holds uniqueness (docs/decisions/003-no-keys-on-hot-tables.md).
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { QuackmarkError } from "../../lib/errors.ts";

/** The schema version that this build writes. */
export const SCHEMA_VERSION = 1;

/** Tables, in the order of their creation. */
const TABLES: readonly string[] = [
  "CREATE TABLE schema_version(version INTEGER, applied_at TIMESTAMP)",
  "CREATE TABLE jobs(id BIGINT, run_id BIGINT, name VARCHAR, queue VARCHAR, task VARCHAR, args VARCHAR, priority SMALLINT, rule INTEGER, max_attempts SMALLINT, timeout_ms INTEGER, run_at TIMESTAMP, created_at TIMESTAMP)",
  // A row only for jobs that use one of these: what is not used costs nothing.
  "CREATE TABLE job_options(job_id BIGINT, options VARCHAR)",
  "CREATE TABLE job_dependencies(child_job_id BIGINT, parent_job_id BIGINT)",
  "CREATE TABLE dag_runs(id BIGINT, name VARCHAR, jobs BIGINT, edges BIGINT, first_job_id BIGINT, parent_job_id BIGINT, parent_attempt INTEGER, created_at TIMESTAMP)",
  "CREATE TABLE transitions(seq BIGINT, job_id BIGINT, state UTINYINT, attempt INTEGER, ts TIMESTAMP, worker INTEGER, relevant_at TIMESTAMP, cause UTINYINT, by_job BIGINT, payload VARCHAR)",
  "CREATE TABLE control(seq BIGINT, kind VARCHAR, key VARCHAR, value VARCHAR, ts TIMESTAMP)",
];

const STATE_TEXT =
  "CASE state WHEN 2 THEN 'claimed' WHEN 3 THEN 'done' WHEN 4 THEN 'failed' WHEN 5 THEN 'skipped' WHEN 6 THEN 'cancelled' WHEN 7 THEN 'delayed' WHEN 8 THEN 'expanded' WHEN 9 THEN 'ready' WHEN 10 THEN 'ready' END";

/** Views: the window on the log. `job_state` says `pending` of a job with no log row (blocked or ready). */
const VIEWS: readonly string[] = [
  `CREATE VIEW job_state AS
   SELECT j.id, j.run_id, j.name, j.queue, j.task, j.priority, coalesce(l.state, 'pending') AS state, coalesce(l.attempt, 0) AS attempt, l.ts AS changed_at, l.payload
   FROM jobs j LEFT JOIN (
     SELECT job_id, arg_max(${STATE_TEXT}, seq) AS state, max(attempt) AS attempt, max(ts) AS ts, arg_max(payload, seq) AS payload
     FROM transitions GROUP BY job_id) l ON l.job_id = j.id`,
  `CREATE VIEW attempts AS
   SELECT c.job_id, c.attempt, c.worker, c.relevant_at AS ready_at, c.ts AS claimed_at, e.ts AS ended_at, e.state AS outcome, e.payload
   FROM transitions c LEFT JOIN (SELECT job_id, attempt, ts, payload, ${STATE_TEXT} AS state FROM transitions WHERE state IN (3, 4, 7, 9)) e
     ON e.job_id = c.job_id AND e.attempt = c.attempt WHERE c.state = 2`,
  "CREATE VIEW dead_letter_queue AS SELECT id, run_id, name, queue, task, attempt, changed_at, payload AS error FROM job_state WHERE state = 'failed'",
  `CREATE VIEW dag_run_stats AS
   SELECT r.id, r.name, r.created_at, r.jobs, r.edges, count(*) FILTER (s.state = 'done') AS done, count(*) FILTER (s.state = 'failed') AS failed,
     count(*) FILTER (s.state = 'skipped') AS skipped, count(*) FILTER (s.state = 'cancelled') AS cancelled, max(s.changed_at) AS last_change
   FROM dag_runs r LEFT JOIN job_state s ON s.run_id = r.id GROUP BY ALL`,
  `CREATE VIEW queue_latency AS
   SELECT j.queue, t.job_id, t.attempt, epoch_ms(t.ts) - epoch_ms(t.relevant_at) AS wait_ms FROM transitions t JOIN jobs j ON j.id = t.job_id WHERE t.state = 2`,
];

/**
 * Makes the tables and views of a new database, or checks those of an old one.
 *
 * @throws QuackmarkError for a newer schema, or a database that is no queue
 */
export async function ensureSchema(
  connection: DuckDBConnection,
  name: string,
  nowMs: number,
): Promise<void> {
  const result = await connection.run(
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()",
  );
  const tables = (await result.getRows()).flat();
  if (tables.length === 0) return createSchema(connection, nowMs);
  if (!tables.includes("schema_version")) {
    throw new QuackmarkError(
      "NOT_A_QUEUE",
      `${name} is a DuckDB database, but no queue of ours; choose another path`,
    );
  }
  const [row] = await (await connection.run("SELECT max(version) FROM schema_version")).getRows();
  const version = Number(row?.[0]);
  if (version > SCHEMA_VERSION) {
    throw new QuackmarkError(
      "NEWER_SCHEMA",
      `${name} has schema version ${version}, and this build knows ${SCHEMA_VERSION}; upgrade quackmark`,
    );
  }
}

async function createSchema(connection: DuckDBConnection, nowMs: number): Promise<void> {
  await connection.run("BEGIN");
  for (const sql of [...TABLES, ...VIEWS]) await connection.run(sql);
  await connection.run("INSERT INTO schema_version VALUES ($version, epoch_ms($now::BIGINT))", {
    version: SCHEMA_VERSION,
    now: Math.round(nowMs),
  });
  await connection.run("COMMIT");
  await connection.run("CHECKPOINT");
}
