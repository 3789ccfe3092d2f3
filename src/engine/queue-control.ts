/** What is done to a queue from outside: pause, resume, drain, cancel. */
import type { Clock } from "../lib/clock.ts";
import type { JobFilter, Store } from "../store/store.ts";
import { checkJobFilter, checkQueueName } from "./check-input.ts";
import { QueueKeeping } from "./queue-keeping.ts";

/** See the file's head. */
export abstract class QueueControl extends QueueKeeping {
  readonly #store: Store;
  readonly #clock: Clock;
  /** Queues that accept nothing from callers. */
  protected readonly draining: Set<string> = new Set();

  protected constructor(store: Store, clock: Clock) {
    super(store, clock);
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Cancels live jobs: waiting ones never run; the signal of a running one aborts, and what it still returns
   * changes nothing. Children decide as after a failure.
   *
   * @returns how many jobs were cancelled; those that a cancelled parent skips are not counted
   */
  async cancel(filter: JobFilter): Promise<number> {
    return await this.#store.cancel(checkJobFilter(filter), this.#clock.now());
  }

  /** The queue hands nothing out any more, but still accepts; durable. */
  async pause(queue: string): Promise<void> {
    checkQueueName("pause", queue);
    await this.#store.pause(queue, true);
  }

  /** Undoes {@link pause} and {@link drain}. */
  async resume(queue: string): Promise<void> {
    checkQueueName("resume", queue);
    this.draining.delete(queue);
    await this.#store.pause(queue, false);
  }

  /**
   * Runs the queue empty: callers' jobs are refused (QUEUE_DRAINING) until `resume` or the end of the process;
   * what is there runs, and what its handlers add (`ctx.enqueue`, `ctx.addNodes`) is part of it. Resolves when no live
   * job is left in it, delayed and blocked ones included: a job that always enqueues another is never drained.
   */
  async drain(queue: string): Promise<void> {
    checkQueueName("drain", queue);
    this.draining.add(queue);
    await this.#store.whenEmpty(queue);
  }
}
