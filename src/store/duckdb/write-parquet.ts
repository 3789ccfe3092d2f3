/** Writes rows as a Parquet file. A database in memory does it: DuckDB is at hand, and no other package is needed. */
import type { DuckDBAppender } from "@duckdb/node-api";
import { DuckDBInstance } from "./duckdb-api.ts";

/** A value of a row. */
type Value = string | number | boolean | null;

/** One column. */
export interface ParquetColumn {
  readonly name: string;
  readonly kind: keyof typeof TYPES;
}

const TYPES = { text: "VARCHAR", number: "DOUBLE", integer: "BIGINT", boolean: "BOOLEAN" } as const;

/**
 * Writes the file, over one that is there; `rows` have a value for each column, of its kind or null.
 *
 * @throws what DuckDB says when the file cannot be written
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  rows: readonly (readonly Value[])[],
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
  });
  try {
    const connection = await instance.connect();
    const names = distinct(columns.map(({ name }) => name));
    const fields = columns.map(({ kind }, i) => `${quoted(names[i] ?? "", '"')} ${TYPES[kind]}`);
    await connection.run(`CREATE TABLE trials (${fields.join(", ")})`);
    const appender = await connection.createAppender("trials");
    for (const row of rows) {
      for (const [place, { kind }] of columns.entries()) append(appender, kind, row[place] ?? null);
      appender.endRow();
    }
    appender.closeSync();
    // COPY takes no parameters: the path is written as a literal, its quotes doubled.
    await connection.run(`COPY trials TO ${quoted(path, "'")} (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

function append(appender: DuckDBAppender, kind: ParquetColumn["kind"], value: Value): void {
  if (value === null) appender.appendNull();
  else if (kind === "text") appender.appendVarchar(String(value));
  else if (kind === "boolean") appender.appendBoolean(value === true);
  else if (kind === "integer") appender.appendBigInt(BigInt(value));
  else appender.appendDouble(Number(value));
}

/** Names that differ in more than their case, which is all that DuckDB tells apart: `a`, `A_2`. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}_${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

function quoted(text: string, quote: string): string {
  return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
}
