/**
 * Appends rows as DuckDB data chunks.
 *
 * Never call it while a query runs on the connection: the appender waits for it on the event loop.
 */
import type { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import { bindings, DuckDBDataChunk } from "./duckdb-api.ts";
import type { RowSource } from "./row-source.ts";
import { VECTOR_ROWS, type VectorWriter, vectorWriter } from "./vector-writers.ts";

/** One open appender on a table. */
export class ChunkAppender {
  readonly #appender: DuckDBAppender;
  /** Writers keep buffers; a source that comes again, as the lane's two do, finds its own. */
  readonly #writers = new WeakMap<RowSource, VectorWriter[]>();
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
    const writers = this.#writersOf(source);
    const { chunk } = this.#chunk;
    for (let first = from; first < to; first += VECTOR_ROWS) {
      const rows = Math.min(VECTOR_ROWS, to - first);
      bindings.data_chunk_reset(chunk);
      writers.forEach((write, index) => {
        write(bindings.data_chunk_get_vector(chunk, index), first, rows);
      });
      bindings.data_chunk_set_size(chunk, rows);
      this.#appender.appendDataChunk(this.#chunk);
    }
  }

  #writersOf(source: RowSource): VectorWriter[] {
    let writers = this.#writers.get(source);
    if (writers === undefined) {
      writers = source.columns.map((column) => vectorWriter(column));
      this.#writers.set(source, writers);
    }
    return writers;
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
