/** Measures the row writers by themselves: rows of a submission become column chunks that no table gets. */

import type { Submission } from "../store.ts";
import { bindings, DuckDBDataChunk } from "./duckdb-api.ts";
import { edgeRows, jobRows, type RowSource } from "./row-source.ts";
import { VECTOR_ROWS, vectorWriter } from "./vector-writers.ts";

/** Fills chunks with all jobs and edges; returns the rows written. */
export function fillChunks(submission: Submission): number {
  const sources = [jobRows(submission, 1, 1, 0), edgeRows(submission, 1)];
  for (const source of sources) fill(source);
  return sources.reduce((rows, { length }) => rows + length, 0);
}

function fill(source: RowSource): void {
  const { chunk } = DuckDBDataChunk.create(source.columns.map(({ type }) => type));
  const writers = source.columns.map((column) => vectorWriter(column));
  for (let first = 0; first < source.length; first += VECTOR_ROWS) {
    const rows = Math.min(VECTOR_ROWS, source.length - first);
    bindings.data_chunk_reset(chunk);
    for (const [index, write] of writers.entries()) {
      write(bindings.data_chunk_get_vector(chunk, index), first, rows);
    }
    bindings.data_chunk_set_size(chunk, rows);
  }
}
