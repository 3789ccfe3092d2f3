/** The queue of a bulk history: states, a heap of what is ready, and the log, without any object per job. */
import { NumberHeap } from "../dist/lib/number-heap.js";
import { CAUSE, STATE } from "../dist/model/job.js";
import { SEEN } from "../dist/races/history/event.js";
import type { History } from "../dist/races/history/history.js";
import { JobLog } from "../dist/races/history/job-log.js";

const BEST_PRIORITY = 100;
const PRIORITY_STRIDE = 2 ** 40;

const SEEN_OF: Readonly<Record<number, number>> = {
  [STATE.claimed]: SEEN.claimed,
  [STATE.done]: SEEN.done,
  [STATE.cancelled]: SEEN.cancelled,
  [STATE.delayed]: SEEN.delayed,
};

/** A job with the number of its claim. */
export interface Held {
  readonly job: number;
  readonly attempt: number;
}

/** Few different texts, as results of real jobs often are. */
export function resultOf(job: number): string {
  return `{"of":${job % 1000}}`;
}

/** See the file's head. Ids go up from 1; `nowMs` is the clock of the log. */
export class BulkQueue {
  readonly log: JobLog = new JobLog();
  /** Jobs that have ended. */
  ended = 0;
  readonly #history: History;
  readonly #nowMs: () => number;
  readonly #ready = new NumberHeap();
  readonly #children = new Map<number, number[]>();
  /** By job: parents that have not ended well. */
  readonly #waits: number[] = [0];
  readonly #state: number[] = [STATE.blocked];
  readonly #attempt: number[] = [0];
  readonly #seq: number[] = [0];
  readonly #priority: number[] = [0];

  constructor(history: History, nowMs: () => number) {
    this.#history = history;
    this.#nowMs = nowMs;
  }

  /** The newest job's id; 0 for none. */
  get lastId(): number {
    return this.#state.length - 1;
  }

  get readyCount(): number {
    return this.#ready.size;
  }

  /** The next id, for a job that waits for so many parents. */
  add(priority: number, parents: readonly number[]): number {
    const id = this.#state.length;
    for (const parent of parents)
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), id]);
    this.#waits.push(parents.length);
    this.#state.push(STATE.blocked);
    this.#attempt.push(0);
    this.#seq.push(0);
    this.#priority.push(priority);
    if (parents.length === 0) this.#offer(id);
    return id;
  }

  claim(most: number, worker: number): Held[] {
    const taken: Held[] = [];
    while (taken.length < most && this.#ready.size > 0) {
      const job = this.#ready.minValue;
      this.#ready.pop();
      if (this.#state[job] !== STATE.ready) continue;
      const attempt = (this.#attempt[job] as number) + 1;
      this.#attempt[job] = attempt;
      this.#write(job, STATE.claimed, CAUSE.none, worker);
      taken.push({ job, attempt });
    }
    return taken;
  }

  /** The attempt ends badly, and the job is ready at once. */
  retry({ job }: Held, cause: number): void {
    this.#write(job, STATE.delayed, cause);
    this.#offer(job);
  }

  end({ job }: Held): void {
    this.#write(job, STATE.done, CAUSE.none, 0, resultOf(job));
    this.ended++;
    for (const child of this.#children.get(job) ?? []) {
      const waits = (this.#waits[child] as number) - 1;
      this.#waits[child] = waits;
      if (waits === 0) this.#offer(child);
    }
    this.#children.delete(job);
  }

  /** False where the job does not wait. */
  cancel(job: number): boolean {
    if (this.#state[job] !== STATE.ready) return false;
    this.#write(job, STATE.cancelled, CAUSE.control);
    this.ended++;
    return true;
  }

  /** A job as a read shows it. */
  row(job: number): Held & { state: number; value: number; payload: string | null } {
    const state = this.#state[job] as number;
    return {
      job,
      attempt: this.#attempt[job] as number,
      state: SEEN_OF[state] ?? SEEN.pending,
      value: this.#seq[job] as number,
      payload: state === STATE.done ? resultOf(job) : null,
    };
  }

  #offer(id: number): void {
    this.#state[id] = STATE.ready;
    const rank = BEST_PRIORITY - (this.#priority[id] as number);
    this.#ready.push(rank * PRIORITY_STRIDE + id, id);
  }

  #write(job: number, state: number, cause: number, worker = 0, payload: string | null = null) {
    const seq = this.log.length + 1;
    this.#state[job] = state;
    this.#seq[job] = seq;
    this.log.push(this.#history, {
      ...{ seq, jobId: job, state, attempt: this.#attempt[job] as number, worker, cause, payload },
      ...{ tsMs: this.#nowMs(), atMs: 0, byJobId: 0 },
    });
  }
}
