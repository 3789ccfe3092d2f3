/** The copy of a database that takes the place of its file: as large as its rows, without the holes of deleted ones. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Durability } from "../store.ts";
import { attachStatement, CATALOG, compactPath } from "./attach.ts";

const COPY = "compacted";

/** Writes the copy beside the file; the connection must be the lane's, in its turn. */
export async function writeCopy(
  connection: DuckDBConnection,
  file: string,
  durability: Durability,
): Promise<void> {
  removeCopy(file);
  await connection.run("CHECKPOINT");
  try {
    await connection.run(attachStatement(compactPath(file), durability, COPY));
    await connection.run(`COPY FROM DATABASE ${CATALOG} TO ${COPY}`);
    await connection.run(`CHECKPOINT ${COPY}`);
    await connection.run(`DETACH ${COPY}`);
  } catch (error) {
    await connection.run(`DETACH DATABASE IF EXISTS ${COPY}`).catch(() => undefined);
    removeCopy(file);
    throw error;
  }
}

/** Puts the copy in the place of the file, which must be closed. @throws QuackmarkError where either has a log */
export function exchangeCopy(file: string): void {
  const copy = compactPath(file);
  for (const path of [file, copy]) {
    if (walBytes(path) === 0) continue;
    throw new QuackmarkError(
      "BUSY",
      `${path}.wal still holds commits, so the file was not compacted; it is as it was, try again later`,
    );
  }
  sync(copy);
  renameSync(copy, file);
  sync(dirname(file));
}

/** Removes a copy that did not take its place, also one that a crash left. */
export function removeCopy(file: string): void {
  for (const ending of ["", ".wal"]) rmSync(`${compactPath(file)}${ending}`, { force: true });
}

function walBytes(path: string): number {
  return existsSync(`${path}.wal`) ? statSync(`${path}.wal`).size : 0;
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
