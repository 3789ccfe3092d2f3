/** The transitions of one lane batch, in columns that become data chunks at commit. */

import { grown } from "../../lib/grown.ts";
import { BIGINT, INTEGER, TIMESTAMP, UTINYINT, VARCHAR } from "./duckdb-api.ts";
import type { RowSource } from "./row-source.ts";

/** See the file's head. */
export class LogBatch implements RowSource {
  readonly table = "transitions";
  readonly columns: RowSource["columns"] = this.#columns();
  #capacity = 1024;
  #seq = new Float64Array(1024);
  #job = new Float64Array(1024);
  #state = new Uint8Array(1024);
  #attempt = new Int32Array(1024);
  #ts = new Float64Array(1024);
  #worker = new Int32Array(1024);
  #at = new Float64Array(1024);
  #cause = new Uint8Array(1024);
  #by = new Float64Array(1024);
  readonly #payload: (string | null)[] = [];
  #length = 0;

  /** Rows held. */
  get length(): number {
    return this.#length;
  }

  /** Adds one row. `atMs`: claimed → ready since, delayed → due, else `tsMs`. `by` 0: nobody. */
  push(
    seq: number,
    job: number,
    state: number,
    attempt: number,
    tsMs: number,
    worker: number,
    atMs: number,
    cause: number,
    by: number,
    payload: string | null,
  ): void {
    if (this.#length === this.#capacity) this.#grow();
    const row = this.#length++;
    this.#seq[row] = seq;
    this.#job[row] = job;
    this.#state[row] = state;
    this.#attempt[row] = attempt;
    this.#ts[row] = tsMs;
    this.#worker[row] = worker;
    this.#at[row] = atMs;
    this.#cause[row] = cause;
    this.#by[row] = by;
    this.#payload.push(payload);
  }

  /** Forgets all rows; the arrays stay. */
  clear(): void {
    this.#length = 0;
    this.#payload.length = 0;
  }

  #columns(): RowSource["columns"] {
    // Each reads its array anew: the arrays are replaced as they grow.
    return [
      { kind: "number", name: "seq", type: BIGINT, at: (row) => this.#seq[row] as number },
      { kind: "number", name: "job_id", type: BIGINT, at: (row) => this.#job[row] as number },
      { kind: "number", name: "state", type: UTINYINT, at: (row) => this.#state[row] as number },
      { kind: "number", name: "attempt", type: INTEGER, at: (row) => this.#attempt[row] as number },
      { kind: "number", name: "ts", type: TIMESTAMP, at: (row) => this.#ts[row] as number },
      { kind: "number", name: "worker", type: INTEGER, at: (row) => this.#worker[row] as number },
      {
        kind: "number",
        name: "relevant_at",
        type: TIMESTAMP,
        at: (row) => this.#at[row] as number,
      },
      { kind: "number", name: "cause", type: UTINYINT, at: (row) => this.#cause[row] as number },
      { kind: "number", name: "by_job", type: BIGINT, at: (row) => this.#by[row] as number },
      { kind: "text", name: "payload", type: VARCHAR, at: (row) => this.#payload[row] ?? null },
    ];
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#seq = grown(this.#seq, this.#capacity);
    this.#job = grown(this.#job, this.#capacity);
    this.#state = grown(this.#state, this.#capacity);
    this.#attempt = grown(this.#attempt, this.#capacity);
    this.#ts = grown(this.#ts, this.#capacity);
    this.#worker = grown(this.#worker, this.#capacity);
    this.#at = grown(this.#at, this.#capacity);
    this.#cause = grown(this.#cause, this.#capacity);
    this.#by = grown(this.#by, this.#capacity);
  }
}
