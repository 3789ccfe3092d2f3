/** One timer for the deadlines of all attempts of a worker: nothing is armed or cancelled per job. */
import type { CancelTimer, Clock } from "../lib/clock.ts";

interface Timed {
  readonly deadlineMs: number;
}

/** See the file's head. */
export class DeadlineTimer<T extends Timed> {
  readonly #clock: Clock;
  readonly #running: ReadonlyMap<number, T>;
  readonly #overdue: (item: T) => void;
  #armedForMs = Number.POSITIVE_INFINITY;
  #cancel: CancelTimer | undefined;

  /** `running` holds what has a deadline; `overdue` takes an item out of it. */
  constructor(clock: Clock, running: ReadonlyMap<number, T>, overdue: (item: T) => void) {
    this.#clock = clock;
    this.#running = running;
    this.#overdue = overdue;
  }

  /** Something with this deadline has begun. */
  arm(deadlineMs: number): void {
    if (deadlineMs >= this.#armedForMs) return;
    this.#cancel?.();
    this.#armedForMs = deadlineMs;
    this.#cancel = this.#clock.setTimer(() => this.#fire(), deadlineMs - this.#clock.now());
  }

  /** Nothing runs any more. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armedForMs = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    this.#cancel = undefined;
    this.#armedForMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const item of [...this.#running.values()]) {
      if (item.deadlineMs <= nowMs) this.#overdue(item);
      else nextMs = Math.min(nextMs, item.deadlineMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.arm(nextMs);
  }
}
