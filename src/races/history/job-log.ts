/**
 * The queue's own log of transitions, for white-box checks: it makes the order of versions known, where a
 * history alone knows only intervals. Rows are in the order of `seq`.
 */
import { grown } from "../../lib/grown.ts";
import { CAUSE, STATE } from "../../model/job.ts";
import type { History } from "./history.ts";
import { NOBODY } from "./history.ts";

const FIRST_CAPACITY = 256;

/** States and causes of rows; the log's own numbers. */
export { CAUSE as LOG_CAUSE, STATE as LOG_STATE };

/** One row, as the log has it. */
export interface LogRow {
  readonly seq: number;
  readonly jobId: number;
  readonly state: number;
  readonly attempt: number;
  readonly tsMs: number;
  readonly worker: number;
  /** claimed: ready since; delayed: due. */
  readonly atMs: number;
  readonly cause: number;
  /** Who decided it; 0: nobody. */
  readonly byJobId: number;
  readonly payload: string | null;
}

/** See the file's head. Columns, by row. */
export class JobLog {
  length = 0;
  seq: Float64Array = new Float64Array(FIRST_CAPACITY);
  tsMs: Float64Array = new Float64Array(FIRST_CAPACITY);
  atMs: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** The history's number of the job. */
  job: Int32Array = new Int32Array(FIRST_CAPACITY);
  by: Int32Array = new Int32Array(FIRST_CAPACITY);
  attempt: Int32Array = new Int32Array(FIRST_CAPACITY);
  worker: Int32Array = new Int32Array(FIRST_CAPACITY);
  payload: Int32Array = new Int32Array(FIRST_CAPACITY);
  state: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  cause: Uint8Array = new Uint8Array(FIRST_CAPACITY);

  /** Adds a row; `seq` must be above that of the row before. */
  push(history: History, row: LogRow): void {
    if (this.length === this.seq.length) this.#grow(this.length * 2);
    const at = this.length++;
    this.seq[at] = row.seq;
    this.tsMs[at] = row.tsMs;
    this.atMs[at] = row.atMs;
    this.job[at] = history.jobs.of(row.jobId);
    this.by[at] = row.byJobId === 0 ? NOBODY : history.jobs.of(row.byJobId);
    this.attempt[at] = row.attempt;
    this.worker[at] = row.worker;
    this.payload[at] = row.payload === null ? 0 : history.payloads.of(row.payload);
    this.state[at] = row.state;
    this.cause[at] = row.cause;
  }

  /** By row: the row of the same job before it, or -1. */
  before(jobs: number): Int32Array {
    const last = new Int32Array(jobs).fill(-1);
    const before = new Int32Array(this.length);
    for (let row = 0; row < this.length; row++) {
      const job = this.job[row] as number;
      before[row] = last[job] as number;
      last[job] = row;
    }
    return before;
  }

  #grow(capacity: number): void {
    this.seq = grown(this.seq, capacity);
    this.tsMs = grown(this.tsMs, capacity);
    this.atMs = grown(this.atMs, capacity);
    this.job = grown(this.job, capacity);
    this.by = grown(this.by, capacity);
    this.attempt = grown(this.attempt, capacity);
    this.worker = grown(this.worker, capacity);
    this.payload = grown(this.payload, capacity);
    this.state = grown(this.state, capacity);
    this.cause = grown(this.cause, capacity);
  }
}
