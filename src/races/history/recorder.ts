/**
 * Writes a history while it happens.
 *
 *   const recorder = new Recorder({ timeNs, engineMs, step, seed });
 *   const op = recorder.invoke(proc, KIND.claim, { value: leaseMs });
 *   try {
 *     const claims = await store.claim(…);
 *     recorder.ok(op, claims.map(({ jobId, attempt }) => ({ job: jobId, attempt })));
 *   } catch (error) {
 *     if (certainlyHadNoEffect(error)) recorder.fail(op);
 *     else recorder.info(op);
 *   }
 *   recorder.note(proc, KIND.execStart, { job, attempt });
 *
 * An operation that never completes needs no second call. `value` of a claim is its lease in ms (0: that of
 * the facts), of a nack its delay in ms. A batch settles with one operation: its invoke has no job, each
 * completion row has one. A read has a row for each job, with its state, and its version where it is known.
 * Call {@link Recorder.note} for what has no duration. At the end of a history, stop all, drain to
 * quiescence, then record the final reads (read-final-state.ts).
 */
import { type EventRow, TYPE } from "./event.ts";
import { History, NOBODY } from "./history.ts";

/** Where a recorder gets its times from. */
export interface RecorderOptions {
  /** Nanoseconds; never goes back. In a deterministic schedule, its step. */
  readonly timeNs: () => number;
  /** The clock that the queue sees, in ms. */
  readonly engineMs: () => number;
  /** The scheduler's step; default 0. */
  readonly step?: () => number;
  readonly seed?: string;
  /** Events that are expected, where they are many: so many fit without a copy. */
  readonly capacity?: number;
}

/** See the file's head. */
export class Recorder {
  readonly history: History;
  readonly #options: RecorderOptions;
  #procs = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.history = new History(options.seed, options.capacity);
  }

  /** A number for a new worker, client or incarnation. */
  newProc(): number {
    return ++this.#procs;
  }

  /** A call begins; returns its operation, for one of the calls below. */
  invoke(proc: number, kind: number, row: EventRow = {}): number {
    return this.#push(-1, proc, kind, TYPE.invoke, row);
  }

  /** The call had its effect, on each of the rows; no row for an answer of nothing. */
  ok(op: number, rows: readonly EventRow[] | EventRow = {}): void {
    this.#complete(op, TYPE.ok, rows);
  }

  /** The call certainly had no effect. */
  fail(op: number, rows: readonly EventRow[] | EventRow = {}): void {
    this.#complete(op, TYPE.fail, rows);
  }

  /** Nobody knows whether the call had its effect: a commit error, a crash. */
  info(op: number, rows: readonly EventRow[] | EventRow = {}): void {
    this.#complete(op, TYPE.info, rows);
  }

  /** Something without a duration; returns its event. */
  note(proc: number, kind: number, row: EventRow = {}): number {
    return this.#push(-1, proc, kind, TYPE.ok, row);
  }

  #complete(op: number, type: number, rows: readonly EventRow[] | EventRow): void {
    const { history } = this;
    const proc = history.proc[op] as number;
    const kind = history.kind[op] as number;
    const list = Array.isArray(rows) ? (rows as readonly EventRow[]) : [rows as EventRow];
    if (list.length === 0) this.#push(op, proc, kind, type, {});
    for (const row of list) this.#push(op, proc, kind, type, row);
  }

  #push(op: number, proc: number, kind: number, type: number, row: EventRow): number {
    const { history } = this;
    const at = history.push();
    history.timeNs[at] = this.#options.timeNs();
    history.engineMs[at] = this.#options.engineMs();
    history.step[at] = this.#options.step?.() ?? 0;
    history.proc[at] = proc;
    history.kind[at] = kind;
    history.type[at] = type;
    history.start[at] = op < 0 ? at : op;
    history.job[at] = NOBODY;
    history.other[at] = NOBODY;
    if (op >= 0) copyAsked(history, op, at);
    write(history, at, row);
    return at;
  }
}

/** An answer is about what was asked, as far as it does not say otherwise. */
function copyAsked(history: History, op: number, at: number): void {
  history.job[at] = history.job[op] as number;
  history.other[at] = history.other[op] as number;
  history.attempt[at] = history.attempt[op] as number;
  history.state[at] = history.state[op] as number;
  history.txn[at] = history.txn[op] as number;
  history.value[at] = history.value[op] as number;
  history.payload[at] = history.payload[op] as number;
}

function write(history: History, at: number, row: EventRow): void {
  const { job, attempt, state, other, txn, payload, value } = row;
  if (job !== undefined) history.job[at] = history.jobs.of(job);
  if (other !== undefined) history.other[at] = history.jobs.of(other);
  if (attempt !== undefined) history.attempt[at] = attempt;
  if (state !== undefined) history.state[at] = state;
  if (txn !== undefined) history.txn[at] = txn;
  if (value !== undefined) history.value[at] = value;
  if (payload !== undefined) history.payload[at] = history.payloads.of(payload ?? "");
}
