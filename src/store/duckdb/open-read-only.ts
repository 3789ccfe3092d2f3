/**
 * Opens the file of a queue to read it: nothing is locked, written, replayed into the file, or left behind.
 *
 * DuckDB replays a log in memory where the file is attached read-only. A log that only a repair makes readable is
 * refused: a repair is a change.
 */
import { existsSync, statSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, messageOf, QuackmarkError } from "../../lib/errors.ts";
import { CATALOG } from "./attach.ts";
import { cannotOpen } from "./database.ts";
import { DuckDBInstance } from "./duckdb-api.ts";
import { assertUnheld } from "./lock.ts";
import { literal, lockDown } from "./lock-down.ts";
import { resolveDatabasePath } from "./place.ts";
import { readSchemaVersion } from "./schema.ts";
import { takeScratch } from "./scratch.ts";
import { assertWholeWal, walFaultOf, walWithoutDatabase } from "./wal-repair.ts";

/** See the file's head. */
export interface ReadOnlyDatabase {
  /** Absolute, links resolved. */
  readonly file: string;
  readonly schemaVersion: number;
  readonly reader: DuckDBConnection;
  /** For queries that users write. */
  readonly window: DuckDBConnection;
  close(): void;
}

/**
 * @throws InputError for a file that is not there; AlreadyOpenError while a process holds it; QuackmarkError for a
 *   file that is no queue, a newer schema, or a damaged log
 */
export async function openReadOnly(path: string, threads: number): Promise<ReadOnlyDatabase> {
  const file = existingFile(path);
  assertUnheld(file);
  assertWholeWal(file);
  const spill = takeScratch();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    temp_directory: spill.folder,
    autoinstall_known_extensions: "false",
  });
  const close = (): void => {
    instance.closeSync();
    spill.giveBack();
  };
  try {
    const reader = await instance.connect();
    await lockDown(reader, [file]);
    await attach(reader, file);
    await reader.run(`USE ${CATALOG}`);
    const schemaVersion = await readSchemaVersion(reader, file);
    if (schemaVersion === null) {
      throw new QuackmarkError("NOT_A_QUEUE", `${file} is a DuckDB database without tables`);
    }
    const window = await instance.connect();
    await window.run(`USE ${CATALOG}`);
    return {
      file,
      schemaVersion,
      reader,
      window,
      close() {
        reader.closeSync();
        window.closeSync();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function existingFile(path: string): string {
  const file = resolveDatabasePath(path);
  if (file === null) throw new InputError(`${path} is in the memory of its process; name a file`);
  if (!existsSync(file)) {
    if (existsSync(`${file}.wal`)) throw walWithoutDatabase(file);
    throw new InputError(`${path}: there is no such file`);
  }
  if (!statSync(file).isFile()) throw new InputError(`${path} is no file`);
  return file;
}

async function attach(connection: DuckDBConnection, file: string): Promise<void> {
  try {
    await connection.run(`ATTACH ${literal(file)} AS ${CATALOG} (READ_ONLY)`);
  } catch (error) {
    throw walFaultOf(messageOf(error), file) ?? cannotOpen(file, error);
  }
}
