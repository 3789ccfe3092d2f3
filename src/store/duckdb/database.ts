/** The open database: an instance, shut in, with connections for the lane, for our reads and for users' queries. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { InputError, QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import type { Durability } from "../store.ts";
import { literal, lockDown } from "./lock-down.ts";
import { ensureSchema } from "./schema.ts";

/** See the file's head. */
export interface Database {
  /** The lane's; nothing synchronous may touch it while a query runs on it. */
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  /** For queries that users write. */
  readonly window: DuckDBConnection;
  close(): void;
}

/** The name under which the file is attached; views and users need not say it. */
export const CATALOG = "queue";

const MIB = 1_048_576;

/**
 * The absolute path of a database, links resolved; null for one in memory. `:memory:name` is memory
 * too: it never becomes a file.
 *
 * @throws InputError when the folder does not exist
 */
export function resolveDatabasePath(path: string): string | null {
  if (path.startsWith(":memory:")) return null;
  if (path.trim() === "")
    throw new InputError("The path of the database is empty; name a file, or :memory:");
  const folder = resolve(dirname(path));
  if (!existsSync(folder))
    throw new InputError(`${path}: there is no folder ${folder}; create it first`);
  const file = join(realpathSync(folder), basename(path));
  return existsSync(file) ? realpathSync(file) : file;
}

/**
 * Opens a file that is locked already, or a database in memory (null), with its schema.
 *
 * @throws QuackmarkError for a log without its database, a newer schema, or a file that is no queue
 */
export async function openDatabase(
  file: string | null,
  durability: Durability,
  config: Config,
  nowMs: number,
): Promise<Database> {
  if (file !== null && !existsSync(file) && existsSync(`${file}.wal`)) {
    throw new QuackmarkError(
      "WAL_WITHOUT_DATABASE",
      `${file}.wal is there but ${file} is not, and opening would delete the log; restore the database file, or move the log away`,
    );
  }
  const spill = join(tmpdir(), `quackmark-spill-${process.pid}`);
  mkdirSync(spill, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(config.duckdbThreads),
    temp_directory: spill,
    checkpoint_threshold: `${Math.round(config.checkpointBytes / MIB)}MiB`,
    autoinstall_known_extensions: "false",
  });
  try {
    const writer = await instance.connect();
    await lockDown(writer, file === null ? [] : [file]);
    await writer.run(attachStatement(file, durability)).catch((cause: unknown) => {
      throw new QuackmarkError(
        "NOT_A_QUEUE",
        `${file}: DuckDB cannot open this file (${cause instanceof Error ? cause.message : cause}); choose another path`,
        { cause },
      );
    });
    await writer.run(`USE ${CATALOG}`);
    await ensureSchema(writer, file ?? ":memory:", nowMs);
    const [reader, window] = [await connected(instance), await connected(instance)];
    return {
      writer,
      reader,
      window,
      close() {
        for (const connection of [writer, reader, window]) connection.closeSync();
        instance.closeSync();
      },
    };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function connected(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`USE ${CATALOG}`);
  return connection;
}

/** ATTACH takes no parameters: the path is written as a literal, its quotes doubled. */
export function attachStatement(file: string | null, durability: Durability): string {
  if (file === null) return `ATTACH ':memory:' AS ${CATALOG}`;
  const options = [
    "STORAGE_VERSION 'latest'",
    ...(durability === "relaxed" ? ["RECOVERY_MODE no_wal_writes"] : []),
  ];
  return `ATTACH ${literal(file)} AS ${CATALOG} (${options.join(", ")})`;
}
