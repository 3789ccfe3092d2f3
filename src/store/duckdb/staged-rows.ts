/** All rows of one lane batch: the log, and the tables that only some batches touch. */

import { ColumnBatch } from "./column-batch.ts";
import { BIGINT, INTEGER, SMALLINT, TIMESTAMP, VARCHAR } from "./duckdb-api.ts";
import { LogBatch } from "./log-batch.ts";
import type { RowSource } from "./row-source.ts";

/** Rows of one source from which on they are not copied: it is written as it is. */
const WHOLE_ROWS = 1_000;

/** See the file's head. Kept and filled again, because appenders keep buffers for each source. */
export class StagedRows {
  readonly log: LogBatch = new LogBatch();
  readonly jobs: ColumnBatch = new ColumnBatch("jobs", [
    ["id", BIGINT],
    ["run_id", BIGINT],
    ["name", VARCHAR],
    ["queue", VARCHAR],
    ["task", VARCHAR],
    ["args", VARCHAR],
    ["priority", SMALLINT],
    ["rule", INTEGER],
    ["max_attempts", SMALLINT],
    ["timeout_ms", INTEGER],
    ["run_at", TIMESTAMP],
    ["created_at", TIMESTAMP],
  ]);
  readonly options: ColumnBatch = new ColumnBatch("job_options", [
    ["job_id", BIGINT],
    ["options", VARCHAR],
  ]);
  readonly edges: ColumnBatch = new ColumnBatch("job_dependencies", [
    ["child_job_id", BIGINT],
    ["parent_job_id", BIGINT],
  ]);
  readonly runs: ColumnBatch = new ColumnBatch("dag_runs", [
    ["id", BIGINT],
    ["name", VARCHAR],
    ["jobs", BIGINT],
    ["edges", BIGINT],
    ["first_job_id", BIGINT],
    ["parent_job_id", BIGINT],
    ["parent_attempt", INTEGER],
    ["created_at", TIMESTAMP],
  ]);
  readonly control: ColumnBatch = new ColumnBatch("control", [
    ["seq", BIGINT],
    ["kind", VARCHAR],
    ["key", VARCHAR],
    ["value", VARCHAR],
    ["ts", TIMESTAMP],
  ]);

  /** Large sources that came while their table had no rows here; they are written before those. */
  readonly #whole: RowSource[] = [];

  /** All tables, in the order in which they are written. */
  get sources(): readonly RowSource[] {
    return [...this.#whole, ...this.#own];
  }

  get #own(): readonly (LogBatch | ColumnBatch)[] {
    return [this.jobs, this.options, this.edges, this.runs, this.log, this.control];
  }

  /** Rows held, in all tables. */
  get length(): number {
    let rows = 0;
    for (const source of this.sources) rows += source.length;
    return rows;
  }

  /** Adds rows of `jobs`, `job_options`, `job_dependencies` or `dag_runs`, which must not change any more. */
  add(source: RowSource): void {
    for (const own of [this.jobs, this.options, this.edges, this.runs]) {
      if (own.table !== source.table) continue;
      // The rows of a table keep their order.
      if (source.length >= WHOLE_ROWS && own.length === 0) this.#whole.push(source);
      else own.pushAll(source);
    }
  }

  /** Forgets all rows. */
  clear(): void {
    this.#whole.length = 0;
    for (const source of this.#own) source.clear();
  }
}
