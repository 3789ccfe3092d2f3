/** DuckDB's appender, fed with column chunks. */
import { ChunkAppender } from "../chunk-appender.ts";
import { type InsertStrategy, noCost } from "./strategy.ts";

/** Rows appended between two turns of the event loop: a large submission must not stall timers and heartbeats. */
const SLICE_ROWS = 16_384;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** See the file's head. */
export const insertAppender: InsertStrategy = async (connection, source, _chunkSize, onRows) => {
  const appender = await ChunkAppender.open(connection, source.table);
  try {
    for (let first = 0; first < source.length; first += SLICE_ROWS) {
      if (first > 0) await turn();
      const end = Math.min(source.length, first + SLICE_ROWS);
      appender.append(source, first, end);
      onRows(end - first);
    }
    appender.flush();
  } finally {
    appender.discard();
  }
  return { ...noCost(), statements: 1 };
};
