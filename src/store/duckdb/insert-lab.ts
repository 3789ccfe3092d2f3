/** Measures what keys cost the insert strategies: the tables of the queue, rebuilt with keys that the queue does without. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { resolveConfig } from "../../model/config.ts";
import type { Durability, StrategyName, Submission } from "../store.ts";
import { strategyNamed } from "./insert/strategies.ts";
import { PlainDatabase } from "./plain-database.ts";
import { edgeRows, jobRows } from "./row-source.ts";
import { ensureSchema } from "./schema.ts";

/** `primary`: a primary key on jobs and on the pairs of job_dependencies. `foreign`: that of jobs, and two foreign keys to it. */
export type KeyChoice = "none" | "primary" | "foreign";

/** Rows of both tables. */
export interface LabCounts {
  readonly jobs: number;
  readonly edges: number;
}

const FIRST_JOB_ID = 1;
const RUN_ID = 1;

const JOB_KEY = "PRIMARY KEY (id)";
const EDGE_KEYS: Readonly<Record<Exclude<KeyChoice, "none">, string>> = {
  primary: "PRIMARY KEY (child_job_id, parent_job_id)",
  foreign:
    "FOREIGN KEY (child_job_id) REFERENCES jobs (id), FOREIGN KEY (parent_job_id) REFERENCES jobs (id)",
};

/** See the file's head. */
export class InsertLab {
  readonly #database: PlainDatabase;
  readonly #connection: DuckDBConnection;
  readonly #tables: readonly string[];

  private constructor(
    database: PlainDatabase,
    connection: DuckDBConnection,
    tables: readonly string[],
  ) {
    this.#database = database;
    this.#connection = connection;
    this.#tables = tables;
  }

  static async open(path: string, durability: Durability, keys: KeyChoice): Promise<InsertLab> {
    const database = await PlainDatabase.open(path, durability, resolveConfig());
    const connection = await database.connect();
    await ensureSchema(connection, path, 0);
    const jobs = await definitionOf(connection, "jobs");
    const edges = await definitionOf(connection, "job_dependencies");
    const tables =
      keys === "none"
        ? [jobs, edges]
        : [withConstraint(jobs, JOB_KEY), withConstraint(edges, EDGE_KEYS[keys])];
    return new InsertLab(database, connection, tables);
  }

  /** Makes both tables anew, empty. */
  async reset(): Promise<void> {
    // The table with the foreign keys goes first.
    await this.#connection.run("DROP TABLE job_dependencies");
    await this.#connection.run("DROP TABLE jobs");
    for (const sql of this.#tables) await this.#connection.run(sql);
  }

  /** Writes the jobs and edges of a submission in one transaction. */
  async insert(submission: Submission, strategy: StrategyName, chunkSize: number): Promise<void> {
    // A foreign key needs its job first; the queue itself writes the edges first.
    const sources = [
      jobRows(submission, RUN_ID, FIRST_JOB_ID, 0),
      edgeRows(submission, FIRST_JOB_ID),
    ];
    await this.#connection.run("BEGIN");
    try {
      for (const source of sources) {
        await strategyNamed(strategy)(this.#connection, source, chunkSize, () => undefined);
      }
    } catch (error) {
      await this.#connection.run("ROLLBACK");
      throw error;
    }
    await this.#connection.run("COMMIT");
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    await this.#database.close();
  }
}

/** Counts what a lab has left in its file. */
export async function labCounts(path: string): Promise<LabCounts> {
  const database = await PlainDatabase.open(path, "full", resolveConfig());
  try {
    const connection = await database.connect();
    const result = await connection.run(
      "SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM job_dependencies)",
    );
    const [row] = await result.getRows();
    connection.closeSync();
    return { jobs: Number(row?.[0]), edges: Number(row?.[1]) };
  } finally {
    await database.close();
  }
}

async function definitionOf(connection: DuckDBConnection, table: string): Promise<string> {
  const result = await connection.run(
    "SELECT sql FROM duckdb_tables() WHERE table_name = $table AND database_name = current_database()",
    { table },
  );
  const [row] = await result.getRows();
  return String(row?.[0]);
}

/** `CREATE TABLE t(a BIGINT);` → `CREATE TABLE t(a BIGINT, PRIMARY KEY (a))`. */
function withConstraint(definition: string, constraint: string): string {
  return `${definition.slice(0, definition.lastIndexOf(")"))}, ${constraint})`;
}
