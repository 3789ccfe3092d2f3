/**
 * Appends columns as DuckDB data chunks: about twice as fast as value by value.
 *
 * Never call it while a query runs on the connection: the appender waits for it on the event loop.
 */
import {
  type DuckDBAppender,
  DuckDBBigIntVector,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBTimestampVector,
  DuckDBVarCharVector,
} from "@duckdb/node-api";
import type { NumberColumn, RowSource, TextColumn } from "./row-source.ts";

/** Rows of one DuckDB vector. */
const CHUNK_ROWS = 2048;
const TWO_32 = 2 ** 32;

/** The vector's own array: the package marks it private, and writing it whole is its documented fast path. */
function itemsOf<T>(vector: unknown): T {
  return (vector as { items: T }).items;
}

function fillInt64(
  items: BigInt64Array,
  column: NumberColumn,
  first: number,
  rows: number,
  factor: number,
): void {
  if (column.constant !== undefined) {
    items.fill(BigInt(Math.round(column.constant * factor)), 0, rows);
    return;
  }
  const halves = new Int32Array(items.buffer, items.byteOffset, 2 * rows);
  // Two 32-bit halves, little-endian, instead of a BigInt object for each row.
  for (let row = 0; row < rows; row++) {
    const value = Math.round(column.at(first + row) * factor);
    halves[2 * row] = value | 0;
    halves[2 * row + 1] = Math.floor(value / TWO_32);
  }
}

function fill(
  chunk: DuckDBDataChunk,
  index: number,
  column: NumberColumn | TextColumn,
  first: number,
  rows: number,
): void {
  const vector = chunk.getColumnVector(index);
  if (column.kind === "text") {
    if (!(vector instanceof DuckDBVarCharVector))
      throw new TypeError(`${column.name} is not a text column`);
    for (let row = 0; row < rows; row++) vector.setItem(row, column.at(first + row));
  } else if (vector instanceof DuckDBBigIntVector) {
    fillInt64(itemsOf<BigInt64Array>(vector), column, first, rows, 1);
  } else if (vector instanceof DuckDBTimestampVector) {
    fillInt64(itemsOf<BigInt64Array>(vector), column, first, rows, 1000);
  } else {
    const items = itemsOf<Int32Array>(vector);
    if (column.constant !== undefined) items.fill(column.constant, 0, rows);
    else for (let row = 0; row < rows; row++) items[row] = column.at(first + row);
  }
  vector.flush();
}

/** One open appender with its reusable chunk. */
export class ChunkAppender {
  readonly #appender: DuckDBAppender;
  #chunk: DuckDBDataChunk | null = null;

  private constructor(appender: DuckDBAppender) {
    this.#appender = appender;
  }

  /** Opens an appender on a table of the connection's current database. */
  static async open(connection: DuckDBConnection, table: string): Promise<ChunkAppender> {
    return new ChunkAppender(await connection.createAppender(table));
  }

  /** Appends rows `from` to `to` (exclusive) of `source`. They reach the table with {@link flush}. */
  append(source: RowSource, from = 0, to: number = source.length): void {
    this.#chunk ??= DuckDBDataChunk.create(source.columns.map((column) => column.type));
    const chunk = this.#chunk;
    for (let first = from; first < to; first += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, to - first);
      chunk.reset();
      chunk.rowCount = rows;
      source.columns.forEach((column, index) => {
        fill(chunk, index, column, first, rows);
      });
      this.#appender.appendDataChunk(chunk);
    }
  }

  /** Hands the appended rows to the open transaction. */
  flush(): void {
    this.#appender.flushSync();
  }

  /** Closes the appender; rows that were not flushed are dropped. */
  discard(): void {
    try {
      this.#appender.clear();
      this.#appender.closeSync();
    } catch {
      // The database was invalidated: its appenders went with it.
    }
  }
}
