/**
 * The schema: the append-only log. Views over it are in views.ts.
 *
 * No keys and no indexes: the ledger holds uniqueness (docs/decisions/003-no-keys-on-hot-tables.md).
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { QuackmarkError } from "../../lib/errors.ts";
import { VIEWS } from "./views.ts";

/** The schema version that this build writes. */
const SCHEMA_VERSION = 2;

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

/**
 * What leads from the version before to each version, in order. The views are made anew after the last one.
 * Version 2: the view `critical_path`.
 */
const MIGRATIONS: ReadonlyMap<number, readonly string[]> = new Map([[SCHEMA_VERSION, []]]);

/**
 * Makes the tables and views of a new database, or checks those of an old one and brings it up to this version.
 *
 * @throws QuackmarkError for a newer schema, or a database that is no queue
 */
export async function ensureSchema(
  connection: DuckDBConnection,
  name: string,
  nowMs: number,
): Promise<void> {
  const version = await readSchemaVersion(connection, name);
  if (version === null) return createSchema(connection, nowMs);
  if (version < SCHEMA_VERSION) await migrate(connection, version, nowMs);
}

/** The version of an attached database; null for one without tables. @throws QuackmarkError as {@link ensureSchema} */
export async function readSchemaVersion(
  connection: DuckDBConnection,
  name: string,
): Promise<number | null> {
  const result = await connection.run(
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()",
  );
  const tables = (await result.getRows()).flat();
  if (tables.length === 0) return null;
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
  return version;
}

/** All steps in one transaction: a crash leaves the old version or the new one. */
async function migrate(
  connection: DuckDBConnection,
  version: number,
  nowMs: number,
): Promise<void> {
  await connection.run("BEGIN");
  for (const [to, statements] of MIGRATIONS)
    if (to > version) for (const sql of statements) await connection.run(sql);
  await createViews(connection);
  await recordVersion(connection, nowMs);
  await connection.run("COMMIT");
  // A log with changes of the schema is not left to be replayed.
  await connection.run("CHECKPOINT");
}

async function createViews(connection: DuckDBConnection): Promise<void> {
  for (const [name, query] of Object.entries(VIEWS))
    await connection.run(`CREATE OR REPLACE VIEW ${name} AS ${query}`);
}

async function recordVersion(connection: DuckDBConnection, nowMs: number): Promise<void> {
  await connection.run("INSERT INTO schema_version VALUES ($version, epoch_ms($now::BIGINT))", {
    version: SCHEMA_VERSION,
    now: Math.round(nowMs),
  });
}

async function createSchema(connection: DuckDBConnection, nowMs: number): Promise<void> {
  await connection.run("BEGIN");
  for (const sql of TABLES) await connection.run(sql);
  await createViews(connection);
  await recordVersion(connection, nowMs);
  await connection.run("COMMIT");
  await connection.run("CHECKPOINT");
}
