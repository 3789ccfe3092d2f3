/**
 * A queue without a lane, for comparison: a table with a state column, and one connection per worker
 * that claims by UPDATE in a transaction of its own. What the lane buys is the difference.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { resolveConfig } from "../../model/config.ts";
import type { Audit, Durability } from "../store.ts";
import { PlainDatabase } from "./plain-database.ts";

/** What the workers of the raw queue do. */
export interface RawClaimsOptions {
  readonly path: string;
  readonly durability: Durability;
  readonly jobs: number;
  readonly workers: number;
  readonly claimBatch: number;
}

/** What it took. */
export interface RawClaimsCost {
  /** Transactions that committed. */
  readonly commits: number;
  /** Transactions that the database refused because another one had touched a row; each was tried again. */
  readonly conflicts: number;
  readonly statements: number;
}

const READY = 0;
const CLAIMED = 1;
const DONE = 2;

const FILL = `INSERT INTO raw_jobs SELECT range, range % 101, ${READY}, 0, 0 FROM range($jobs::BIGINT)`;
const CLAIM = `UPDATE raw_jobs SET state = ${CLAIMED}, worker = $worker WHERE id IN
  (SELECT id FROM raw_jobs WHERE state = ${READY} ORDER BY priority DESC, id LIMIT $batch) AND state = ${READY} RETURNING id`;
const SETTLE = `UPDATE raw_jobs SET state = ${DONE}, ends = ends + 1 WHERE worker = $worker AND state = ${CLAIMED}`;

/** A raw queue whose jobs wait. */
export class RawClaims {
  readonly #database: PlainDatabase;
  readonly #options: RawClaimsOptions;
  #commits = 0;
  #conflicts = 0;
  #statements = 0;

  private constructor(database: PlainDatabase, options: RawClaimsOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Makes the table with all jobs ready. */
  static async open(options: RawClaimsOptions): Promise<RawClaims> {
    const database = await PlainDatabase.open(options.path, options.durability, resolveConfig());
    const connection = await database.connect();
    await connection.run(
      "CREATE TABLE raw_jobs(id BIGINT, priority SMALLINT, state UTINYINT, worker INTEGER, ends INTEGER)",
    );
    await connection.run(FILL, { jobs: BigInt(options.jobs) });
    await connection.run("CHECKPOINT");
    connection.closeSync();
    return new RawClaims(database, options);
  }

  /** Works all jobs off; resolves after the last commit. `onDone` is told of the jobs of each claim. */
  async drain(onDone: (jobs: number) => void): Promise<RawClaimsCost> {
    const workers = Array.from({ length: this.#options.workers }, (_, i) =>
      this.#work(i + 1, onDone),
    );
    await Promise.all(workers);
    return {
      commits: this.#commits,
      conflicts: this.#conflicts,
      statements: this.#statements,
    };
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #work(worker: number, onDone: (jobs: number) => void): Promise<void> {
    const connection = await this.#database.connect();
    const batch = this.#options.claimBatch;
    try {
      for (;;) {
        const claimed = await this.#retried(connection, CLAIM, { worker, batch });
        if (claimed === 0) return;
        await this.#retried(connection, SETTLE, { worker });
        onDone(claimed);
      }
    } finally {
      connection.closeSync();
    }
  }

  /** Runs one UPDATE as a transaction until no other worker is in its way; returns the rows changed. */
  async #retried(
    connection: DuckDBConnection,
    sql: string,
    parameters: Record<string, number>,
  ): Promise<number> {
    for (;;) {
      this.#statements++;
      try {
        const result = await connection.run(sql, parameters);
        const rows = await result.getRows();
        this.#commits++;
        return sql === CLAIM ? rows.length : Number(rows[0]?.[0] ?? 0);
      } catch (error) {
        if (!isConflict(error)) throw error;
        this.#conflicts++;
      }
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && /conflict/i.test(error.message);
}

/** Verifies from the table that every job was ended exactly once. */
export async function auditRawClaims(path: string): Promise<Audit> {
  const database = await PlainDatabase.open(path, "full", resolveConfig());
  try {
    const connection = await database.connect();
    const rows = await (
      await connection.run(
        `SELECT count(*), count(*) FILTER (state = ${DONE} AND ends = 1), coalesce(bit_xor(hash(id, priority)), 0) FROM raw_jobs`,
      )
    ).getRows();
    connection.closeSync();
    const [jobs, once, checksum] = rows[0] ?? [];
    const wrong = Number(jobs) - Number(once);
    return {
      jobs: Number(jobs),
      edges: 0,
      doneOnce: wrong === 0,
      ordered: true,
      checksum: String(checksum),
      violations: wrong === 0 ? [] : [`${wrong} of ${jobs} jobs were not ended exactly once`],
    };
  } finally {
    await database.close();
  }
}
