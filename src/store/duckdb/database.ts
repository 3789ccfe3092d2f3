/** The open database: an instance, shut in, with connections for the lane, for our reads and for users' queries. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import type { Durability, Repair } from "../store.ts";
import { attachStatement, CATALOG, compactPath } from "./attach.ts";
import { removeCopy } from "./compact-copy.ts";
import { DuckDBInstance } from "./duckdb-api.ts";
import { AlreadyOpenError } from "./lock.ts";
import { lockDown } from "./lock-down.ts";
import { ensureSchema } from "./schema.ts";
import { takeScratch } from "./scratch.ts";
import { checkWal, repairAfter } from "./wal-repair.ts";

/** See the file's head. */
export interface Database {
  /** The lane's; nothing synchronous may touch it while a query runs on it. */
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  /** For queries that users write. */
  readonly window: DuckDBConnection;
  /** What was wrong with the log when it was opened; null where nothing was. */
  readonly repair: Repair | null;
  close(): void;
}

const MIB = 1_048_576;
const BACKSTOP = 4;

/** How to open a database. */
export interface OpenOptions {
  readonly durability: Durability;
  readonly config: Config;
  readonly nowMs: number;
  /** The one folder that COPY may write to; null for none. */
  readonly archiveFolder: string | null;
}

/**
 * Opens a file that is locked already, or a database in memory (null), with its schema.
 *
 * @throws QuackmarkError for a log without its database, a newer schema, or a file that is no queue
 */
export async function openDatabase(file: string | null, options: OpenOptions): Promise<Database> {
  const { durability, config, nowMs, archiveFolder } = options;
  const folders = archiveFolder === null ? [] : [archiveFolder];
  if (file !== null) removeCopy(file);
  const checked = file === null ? null : checkWal(file, nowMs);
  const spill = takeScratch();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(config.duckdbThreads),
    temp_directory: spill.folder,
    // The lane's own checkpoints come first; this is for a commit that is longer than all of them.
    checkpoint_threshold: `${Math.round((config.checkpointBytes * BACKSTOP) / MIB)}MiB`,
    autoinstall_known_extensions: "false",
  });
  const close = (): void => {
    instance.closeSync();
    spill.giveBack();
  };
  try {
    const writer = await instance.connect();
    await lockDown(writer, file === null ? [] : [file, compactPath(file)], folders);
    const repair = await attach(writer, file, durability, nowMs);
    await writer.run(`USE ${CATALOG}`);
    await ensureSchema(writer, file ?? ":memory:", nowMs);
    const [reader, window] = [await connected(instance), await connected(instance)];
    return {
      writer,
      reader,
      window,
      repair: repair ?? checked,
      close() {
        for (const connection of [writer, reader, window]) connection.closeSync();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Attaches the file; a log that DuckDB cannot replay is repaired once. */
async function attach(
  connection: DuckDBConnection,
  file: string | null,
  durability: Durability,
  nowMs: number,
): Promise<Repair | null> {
  const statement = attachStatement(file, durability);
  try {
    await connection.run(statement);
    return null;
  } catch (error) {
    const repair = file === null ? null : repairAfter(messageOf(error), file, nowMs);
    if (repair === null) throw cannotOpen(file, error);
    await connection.run(statement).catch((cause: unknown) => {
      throw cannotOpen(file, cause);
    });
    return repair;
  }
}

/** What DuckDB's refusal to open a file means. Another process may have it open without knowing of our lock. */
export function cannotOpen(file: string | null, cause: unknown): QuackmarkError {
  const [, holder] = /Could not set lock on file[\s\S]*?\(PID (\d+)\)/.exec(messageOf(cause)) ?? [];
  if (holder !== undefined) return new AlreadyOpenError(String(file), `process ${holder}`);
  return new QuackmarkError(
    "NOT_A_QUEUE",
    `${file}: DuckDB cannot open this file (${messageOf(cause)}); choose another path, or restore a backup`,
    { cause },
  );
}

async function connected(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`USE ${CATALOG}`);
  return connection;
}
