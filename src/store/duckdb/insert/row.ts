/** One prepared INSERT per row, all in one transaction. */
import type { InsertStrategy } from "./strategy.ts";
import { insertChunks } from "./values.ts";

/** See the file's head. */
export const insertRow: InsertStrategy = (connection, source, _chunkSize, onRows) =>
  insertChunks(connection, source.table, source, 1, onRows);
