/** Opens a database file: real path, one open at a time, settings, schema. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { InputError, QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import { takeLock } from "./lock.ts";
import { SCHEMA_VERSION, TABLES, VIEWS } from "./schema.ts";

/** `full`: a commit is on disk when it resolves. `relaxed`: no write-ahead log, durable at checkpoints. */
export type Durability = "full" | "relaxed";

/** An open database with its two connections. */
export interface OpenDatabase {
  /** Used by the lane alone. */
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  /** Absolute path; null in memory. */
  readonly path: string | null;
  close(): void;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function resolvePath(path: string): string {
  const folder = resolve(dirname(path));
  if (!existsSync(folder))
    throw new InputError(`${path}: the folder ${folder} does not exist; create it first`);
  const absolute = join(realpathSync(folder), basename(path));
  return existsSync(absolute) ? realpathSync(absolute) : absolute;
}

/** @throws AlreadyOpenError, QuackmarkError (newer schema, wal without database, not a queue) */
export async function openDatabase(
  path: string,
  durability: Durability,
  config: Config,
): Promise<OpenDatabase> {
  const inMemory = path.startsWith(":memory:");
  const file = inMemory ? null : resolvePath(path);
  const unlock = file === null ? () => undefined : takeLock(file);
  try {
    if (file !== null && !existsSync(file) && existsSync(`${file}.wal`)) {
      throw new QuackmarkError(
        "WAL_WITHOUT_DATABASE",
        `${file}.wal exists but ${file} does not: opening would delete the log; restore the database file, or move the log away`,
      );
    }
    const temporary = join(tmpdir(), `quackmark-spill-${process.pid}`);
    mkdirSync(temporary, { recursive: true });
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(config.duckdbThreads),
      temp_directory: temporary,
      checkpoint_threshold: `${Math.round(config.checkpointBytes / 1_048_576)}MB`,
      autoinstall_known_extensions: "false",
    });
    const writer = await instance.connect();
    await attach(writer, file, durability);
    await migrate(writer, file ?? path);
    const reader = await instance.connect();
    await reader.run("USE queue");
    return {
      writer,
      reader,
      path: file,
      close() {
        writer.closeSync();
        reader.closeSync();
        instance.closeSync();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function attach(
  writer: DuckDBConnection,
  file: string | null,
  durability: Durability,
): Promise<void> {
  const options = ["STORAGE_VERSION 'latest'"];
  if (durability === "relaxed" && file !== null) options.push("RECOVERY_MODE no_wal_writes");
  await writer.run(
    file === null
      ? "ATTACH ':memory:' AS queue"
      : `ATTACH ${literal(file)} AS queue (${options.join(", ")})`,
  );
  await writer.run("USE queue");
}

async function migrate(writer: DuckDBConnection, name: string): Promise<void> {
  const tables = (
    await (
      await writer.run("SELECT table_name FROM duckdb_tables() WHERE database_name = 'queue'")
    ).getRows()
  ).flat();
  if (tables.length > 0 && !tables.includes("schema_version")) {
    throw new QuackmarkError(
      "NOT_A_QUEUE",
      `${name} is a DuckDB database but not a queue of ours; choose another path`,
    );
  }
  if (tables.length > 0) {
    const [row] = await (await writer.run("SELECT max(version) FROM schema_version")).getRows();
    const version = Number(row?.[0]);
    if (version > SCHEMA_VERSION) {
      throw new QuackmarkError(
        "NEWER_SCHEMA",
        `${name} has schema version ${version}, this build knows ${SCHEMA_VERSION}; upgrade quackmark`,
      );
    }
    return;
  }
  await writer.run("BEGIN");
  for (const sql of [...TABLES, ...VIEWS]) await writer.run(sql);
  await writer.run(`INSERT INTO schema_version VALUES (${SCHEMA_VERSION}, TIMESTAMP '1970-01-01')`);
  await writer.run("COMMIT");
  await writer.run("CHECKPOINT queue");
}
