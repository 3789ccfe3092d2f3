/** The live jobs: columns by slot, found by id. */
import { STATE } from "../../model/job.ts";
import { IdIndex } from "./id-index.ts";
import { JobColumns } from "./job-columns.ts";
import { Names } from "./names.ts";

/** The immutable facts of a job. */
export interface JobFacts {
  readonly id: number;
  readonly runId: number;
  readonly queue: string;
  readonly task: string;
  /** JSON text. */
  readonly args: string;
  readonly priority: number;
  readonly rule: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** Not before, in milliseconds since the epoch. */
  readonly runAtMs: number;
}

/** See the file's head. */
export class JobTable extends JobColumns {
  readonly queues: Names = new Names();
  readonly tasks: Names = new Names();
  readonly #slots = new IdIndex();
  /** Live jobs by number of their queue. */
  readonly #live: number[] = [];

  /** Adds a blocked job without parents; returns its slot. The facts are not kept. */
  add(job: JobFacts): number {
    const slot = this.allocate();
    this.id[slot] = job.id;
    this.run[slot] = job.runId;
    this.state[slot] = STATE.blocked;
    this.priority[slot] = job.priority;
    this.rule[slot] = job.rule;
    this.attempt[slot] = 0;
    this.tries[slot] = 0;
    this.maxAttempts[slot] = job.maxAttempts;
    this.timeoutMs[slot] = job.timeoutMs;
    this.pending[slot] = 0;
    this.parents[slot] = 0;
    this.failedParents[slot] = 0;
    this.skippedParents[slot] = 0;
    this.hasChildren[slot] = 0;
    this.firstEdge[slot] = -1;
    this.atMs[slot] = job.runAtMs;
    this.flags[slot] = 0;
    this.queue[slot] = this.queues.number(job.queue);
    this.lives(slot);
    this.task[slot] = this.tasks.number(job.task);
    this.args[slot] = job.args;
    this.#slots.set(job.id, slot);
    return slot;
  }

  /** A job lives, or lives again. */
  lives(slot: number): void {
    const queue = this.queue[slot] as number;
    this.#live[queue] = (this.#live[queue] ?? 0) + 1;
  }

  /** A job has ended. */
  dies(slot: number): void {
    const queue = this.queue[slot] as number;
    this.#live[queue] = (this.#live[queue] ?? 0) - 1;
  }

  /** Live jobs of a queue, in whatever state. */
  liveIn(queue: string): number {
    return this.#live[this.queues.number(queue)] ?? 0;
  }

  /** The slot of a live job, or -1. */
  slotOf(id: number): number {
    return this.#slots.get(id);
  }

  /** Forgets a job; its slot may be given to another. */
  free(slot: number): void {
    this.#slots.delete(this.id[slot] as number);
    this.release(slot);
  }
}
