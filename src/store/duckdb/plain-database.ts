/** A database file without our tables, opened as the queue's is: for comparisons and measurements of parts. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Config } from "../../model/config.ts";
import type { Durability } from "../store.ts";
import { attachStatement, CATALOG } from "./attach.ts";
import { DuckDBInstance } from "./duckdb-api.ts";

const MIB = 1_048_576;

/** See the file's head. */
export class PlainDatabase {
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** Opens or creates the file; null is one in memory. */
  static async open(
    file: string | null,
    durability: Durability,
    config: Config,
  ): Promise<PlainDatabase> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(config.duckdbThreads),
      checkpoint_threshold: `${Math.round(config.checkpointBytes / MIB)}MiB`,
    });
    const database = new PlainDatabase(instance);
    const connection = await instance.connect();
    await connection.run(attachStatement(file, durability));
    connection.closeSync();
    return database;
  }

  /** A new connection, to be closed by the caller. */
  async connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await connection.run(`USE ${CATALOG}`);
    return connection;
  }

  /** Writes everything to the file and closes it; no connection may be in use. */
  async close(): Promise<void> {
    const connection = await this.connect();
    await connection.run("CHECKPOINT");
    connection.closeSync();
    this.#instance.closeSync();
  }
}
