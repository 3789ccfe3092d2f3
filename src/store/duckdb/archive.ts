/** Writes rows that are about to be deleted as Parquet files, complete and on disk before the delete is committed. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { IdRanges } from "./id-ranges.ts";
import { literal } from "./lock-down.ts";

/** Each table with the column that says which job a row belongs to. */
const TABLES: Readonly<Record<string, string>> = {
  jobs: "id",
  job_options: "job_id",
  job_dependencies: "child_job_id",
  dag_runs: "first_job_id",
  transitions: "job_id",
};

/**
 * Writes a folder `name` inside `archive`, with one file per table.
 *
 * @returns the folder. A crash before the delete is committed leaves it behind: its rows are archived again then.
 */
export async function writeArchive(
  connection: DuckDBConnection,
  archive: string,
  name: string,
  ids: IdRanges,
): Promise<string> {
  const folder = join(archive, name);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const [table, column] of Object.entries(TABLES)) {
    const file = join(partial, `${table}.parquet`);
    await connection.run(
      `COPY (SELECT * FROM ${table} WHERE ${ids.within(column)} ORDER BY ${column}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    sync(file);
  }
  sync(partial);
  renameSync(partial, folder);
  sync(archive);
  return folder;
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
