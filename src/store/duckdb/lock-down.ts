/** Shuts an instance in: it reaches its own files, and nobody can change its settings any more. */
import type { DuckDBConnection } from "@duckdb/node-api";

/** The files that DuckDB makes of a database, by what follows its path. */
const ENDINGS = ["", ".wal", ".wal.checkpoint", ".wal.recovery"];

/**
 * To be called before ATTACH, with all databases that will ever be attached; folders are for what COPY
 * writes and reads. The folder of `temp_directory` stays in reach by itself. In force until the instance is
 * closed: files elsewhere, extensions, and SET of any global option are refused, from views and macros too.
 */
export async function lockDown(
  connection: DuckDBConnection,
  databases: readonly string[],
  folders: readonly string[] = [],
): Promise<void> {
  const paths = databases.flatMap((path) => ENDINGS.map((ending) => `${path}${ending}`));
  // The order matters: what is allowed cannot be changed once external access is off.
  await connection.run(`SET allowed_paths = [${paths.map(literal)}]`);
  await connection.run(`SET allowed_directories = [${folders.map(literal)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

/** SET and ATTACH take no parameters: a path is written as a literal, its quotes doubled. */
export function literal(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
