/**
 * A history by job and by kind: every effect that is certain or possible, with the interval in which it
 * took place. All checks read this; it is made once, in linear time.
 *
 * Rows of one job lie together, in the order in which they were answered, with copies of the columns that
 * the checks read, so that a million events are read in a row and not here and there.
 */
import { KIND, KIND_NAMES, TYPE } from "./event.ts";
import { type History, NOBODY } from "./history.ts";

/** See the file's head. */
export class Operations {
  /** Rows of job `j` are `first[j]` up to `first[j + 1]`. */
  readonly first: Int32Array;
  /** The event of a row: a completion, or an invoke that was never answered. */
  readonly event: Int32Array;
  readonly kind: Uint8Array;
  /** `ok`, `fail` or `info`; what was never answered is `info`. */
  readonly type: Uint8Array;
  readonly state: Uint8Array;
  readonly proc: Int32Array;
  readonly attempt: Int32Array;
  /** The effect took place between these; `Infinity` where no answer came. */
  readonly invNs: Float64Array;
  readonly retNs: Float64Array;
  readonly #history: History;
  /** By invoke: how it was answered, or 0. */
  readonly #answered: Uint8Array;
  readonly #kindFirst: Int32Array;
  readonly #kindEvents: Int32Array;

  constructor(history: History) {
    this.#history = history;
    this.#answered = answeredOf(history);
    const jobs = history.jobs.size;
    const chosen = new Uint8Array(history.length);
    const first = new Int32Array(jobs + 2);
    const kindFirst = new Int32Array(KIND_NAMES.length + 2);
    let rows = 0;
    let effects = 0;
    for (let at = 0; at < history.length; at++) {
      if (history.type[at] === TYPE.invoke && this.#answered[at] !== 0) continue;
      const kind = history.kind[at] as number;
      kindFirst[kind + 2] = (kindFirst[kind + 2] as number) + 1;
      effects++;
      const job = history.job[at] as number;
      chosen[at] = job === NOBODY ? 1 : 2;
      if (job === NOBODY) continue;
      first[job + 2] = (first[job + 2] as number) + 1;
      rows++;
    }
    for (let n = 2; n < first.length; n++)
      first[n] = (first[n] as number) + (first[n - 1] as number);
    for (let n = 2; n < kindFirst.length; n++)
      kindFirst[n] = (kindFirst[n] as number) + (kindFirst[n - 1] as number);
    this.event = new Int32Array(rows);
    this.#kindEvents = new Int32Array(effects);
    for (let at = 0; at < history.length; at++) {
      if (chosen[at] === 0) continue;
      const kind = (history.kind[at] as number) + 1;
      const inKind = kindFirst[kind] as number;
      kindFirst[kind] = inKind + 1;
      this.#kindEvents[inKind] = at;
      if (chosen[at] === 1) continue;
      const job = (history.job[at] as number) + 1;
      const row = first[job] as number;
      first[job] = row + 1;
      this.event[row] = at;
    }
    // Filling has moved each start to the end of its own job, which is the start of the next.
    this.first = first.subarray(0, jobs + 1);
    this.#kindFirst = kindFirst;
    this.kind = new Uint8Array(rows);
    this.type = new Uint8Array(rows);
    this.state = new Uint8Array(rows);
    this.proc = new Int32Array(rows);
    this.attempt = new Int32Array(rows);
    this.invNs = new Float64Array(rows);
    this.retNs = new Float64Array(rows);
    this.#copy();
  }

  /** Effects of a kind, certain or possible, as events in the order of their answers. */
  ofKind(kind: number): Int32Array {
    return this.#kindEvents.subarray(
      this.#kindFirst[kind] as number,
      this.#kindFirst[kind + 1] as number,
    );
  }

  /** How an operation, by its invoke, was answered: `ok`, `fail` or `info`; what never was is `info`. */
  outcomeOf(invoke: number): number {
    return (this.#answered[invoke] as number) || TYPE.info;
  }

  /** Whether the event is the call itself, not an answer. */
  isOpen(event: number): boolean {
    return this.#history.type[event] === TYPE.invoke;
  }

  /** Whether the event is a call that nobody answered. */
  isUnanswered(event: number): boolean {
    return this.isOpen(event) && this.#answered[event] === 0;
  }

  /** The clock that the queue saw when a row's call began: read by few checks, so not copied. */
  invMs(row: number): number {
    const event = this.event[row] as number;
    return this.#history.engineMs[this.#history.start[event] as number] as number;
  }

  /** And when it was answered; `Infinity` where no answer came. */
  retMs(row: number): number {
    const event = this.event[row] as number;
    return this.isOpen(event)
      ? Number.POSITIVE_INFINITY
      : (this.#history.engineMs[event] as number);
  }

  /** `ok`, `fail` or `info` of an event of {@link ofKind}. */
  typeOf(event: number): number {
    return this.isOpen(event) ? TYPE.info : (this.#history.type[event] as number);
  }

  /** When the effect of an event can have begun, on the recorder's clock. */
  invOf(event: number): number {
    const history = this.#history;
    return history.timeNs[history.start[event] as number] as number;
  }

  /** When it had ended; `Infinity` where no answer came. */
  retOf(event: number): number {
    return this.isOpen(event) ? Number.POSITIVE_INFINITY : (this.#history.timeNs[event] as number);
  }

  /** When whatever an event belongs to had ended, for any event; an invoke that was answered has ended with its answer. */
  retOfAny(event: number): number {
    return this.#answered[event] === 0
      ? this.retOf(event)
      : (this.#history.timeNs[event] as number);
  }

  #copy(): void {
    const history = this.#history;
    for (let row = 0; row < this.event.length; row++) {
      const event = this.event[row] as number;
      const start = history.start[event] as number;
      const open = history.type[event] === TYPE.invoke;
      this.kind[row] = history.kind[event] as number;
      this.type[row] = open ? TYPE.info : (history.type[event] as number);
      this.state[row] = history.state[event] as number;
      this.proc[row] = history.proc[event] as number;
      this.attempt[row] = history.attempt[event] as number;
      this.invNs[row] = history.timeNs[start] as number;
      this.retNs[row] = open ? Number.POSITIVE_INFINITY : (history.timeNs[event] as number);
    }
  }
}

function answeredOf(history: History): Uint8Array {
  const answered = new Uint8Array(history.length);
  for (let at = 0; at < history.length; at++) {
    const start = history.start[at] as number;
    if (start !== at) answered[start] = history.type[at] as number;
  }
  return answered;
}

/** Calls `visit` with each job that has rows: from `from` up to `to`. */
export function eachJob(
  { first }: Operations,
  visit: (job: number, from: number, to: number) => void,
): void {
  for (let job = 0; job + 1 < first.length; job++) {
    const from = first[job] as number;
    const to = first[job + 1] as number;
    if (from < to) visit(job, from, to);
  }
}

/** Kinds that end or give back the attempt that they name. */
export function isSettle(kind: number): boolean {
  return kind >= KIND.ack && kind <= KIND.expand;
}
