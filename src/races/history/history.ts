/**
 * What happened, in columns: one row for each call and for each thing that a call answered. 59 bytes an
 * event, and no object.
 *
 * An operation is an `invoke` row and one or more completion rows that point at it by `start`: a claim of
 * three jobs has three `ok` rows. What has no duration (a handler starts, a process is killed) is one `ok`
 * row that is its own start. An operation without a completion may have had its effect, or have it later.
 */
import { grown } from "../../lib/grown.ts";
import { InternTable } from "./intern-table.ts";

const FIRST_CAPACITY = 256;

/** No job, or no other job. */
export const NOBODY = -1;

/** See the file's head. Read the arrays up to `length`; they are replaced as they grow. */
export class History {
  /** What the schedule was made from; printed with every finding. */
  readonly seed: string;
  /** Job ids: a history speaks of jobs by the order in which it met them. */
  readonly jobs: InternTable<number> = new InternTable();
  /** JSON texts of results; 0 is none. */
  readonly payloads: InternTable<string> = new InternTable([""]);
  /** Names of workers and clients by `proc`, and of jobs by their ids, where somebody gave them; for people. */
  readonly procNames: Map<number, string> = new Map();
  readonly jobNames: Map<number, string> = new Map();
  length = 0;
  /** Nanoseconds of the recorder's own clock; never goes back. */
  timeNs: Float64Array;
  /** The clock that the queue sees, in ms; nemeses may turn it. */
  engineMs: Float64Array;
  /** By kind; see `EventRow`. */
  value: Float64Array;
  /** Index of the `invoke` row; its own where there is none. */
  start: Int32Array;
  /** An incarnation of a worker or client; never used again after its end. */
  proc: Int32Array;
  /** Position in `jobs`, or {@link NOBODY}. */
  job: Int32Array;
  /** Position in `jobs`, or {@link NOBODY}. */
  other: Int32Array;
  attempt: Int32Array;
  txn: Int32Array;
  /** Position in `payloads`. */
  payload: Int32Array;
  /** The scheduler's step. */
  step: Int32Array;
  kind: Uint8Array;
  type: Uint8Array;
  state: Uint8Array;

  /** @param capacity rows that are expected: columns that grow leave their old halves behind */
  constructor(seed = "", capacity: number = FIRST_CAPACITY) {
    this.seed = seed;
    this.timeNs = new Float64Array(capacity);
    this.engineMs = new Float64Array(capacity);
    this.value = new Float64Array(capacity);
    this.start = new Int32Array(capacity);
    this.proc = new Int32Array(capacity);
    this.job = new Int32Array(capacity);
    this.other = new Int32Array(capacity);
    this.attempt = new Int32Array(capacity);
    this.txn = new Int32Array(capacity);
    this.payload = new Int32Array(capacity);
    this.step = new Int32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.type = new Uint8Array(capacity);
    this.state = new Uint8Array(capacity);
  }

  /** Makes room for one row and returns its index; every column of it is 0. */
  push(): number {
    if (this.length === this.timeNs.length) this.#grow(this.length * 2);
    return this.length++;
  }

  /** The job's id as the store knows it. */
  jobId(job: number): number {
    return this.jobs.at(job);
  }

  /** Who it was, for people. */
  who(proc: number): string {
    return this.procNames.get(proc) ?? `worker ${proc}`;
  }

  #grow(capacity: number): void {
    this.timeNs = grown(this.timeNs, capacity);
    this.engineMs = grown(this.engineMs, capacity);
    this.value = grown(this.value, capacity);
    this.start = grown(this.start, capacity);
    this.proc = grown(this.proc, capacity);
    this.job = grown(this.job, capacity);
    this.other = grown(this.other, capacity);
    this.attempt = grown(this.attempt, capacity);
    this.txn = grown(this.txn, capacity);
    this.payload = grown(this.payload, capacity);
    this.step = grown(this.step, capacity);
    this.kind = grown(this.kind, capacity);
    this.type = grown(this.type, capacity);
    this.state = grown(this.state, capacity);
  }
}
