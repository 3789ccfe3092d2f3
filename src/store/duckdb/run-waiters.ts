/** Promises of callers who wait for a run to end. */
import type { RunStatus } from "../store.ts";

interface Waiter {
  resolve(status: RunStatus): void;
  reject(error: unknown): void;
}

/** See the file's head. */
export class RunWaiters {
  readonly #waiters = new Map<number, Waiter[]>();

  /** Runs that somebody waits for. */
  get runIds(): readonly number[] {
    return [...this.#waiters.keys()];
  }

  /** A promise of the run's end. */
  wait(runId: number): Promise<RunStatus> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(runId) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(runId, waiters);
    });
  }

  /** Tells everybody who waits for this run. */
  settle(status: RunStatus): void {
    for (const waiter of this.#waiters.get(status.runId) ?? []) waiter.resolve(status);
    this.#waiters.delete(status.runId);
  }

  /** Nobody need wait any longer. */
  rejectAll(error: unknown): void {
    for (const waiters of this.#waiters.values())
      for (const waiter of waiters) waiter.reject(error);
    this.#waiters.clear();
  }
}
