/** Callers who wait for the end of a run. They are told by a notice, and by a slow poll should one be lost. */
import type { CancelTimer } from "../../lib/clock.ts";
import { InputError } from "../../lib/errors.ts";
import type { RunStatus } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import { readRunStatuses } from "./reads.ts";
import type { Session } from "./session.ts";

interface Waiter {
  resolve(status: RunStatus): void;
  reject(error: unknown): void;
}

/** See the file's head. */
export class RunWaiters {
  readonly #session: Session;
  readonly #options: StoreOptions;
  readonly #waiters = new Map<number, Waiter[]>();
  #cancelTimer: CancelTimer | undefined;

  constructor(session: Session, options: StoreOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Resolves when the run has ended. @throws InputError for a run that is not there */
  wait(runId: number): Promise<RunStatus> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(runId) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(runId, waiters);
      this.look([runId]);
      this.#poll();
    });
  }

  /** Runs that may have ended. */
  look(runIds: readonly number[]): void {
    const waited = runIds.filter((runId) => this.#waiters.has(runId));
    if (waited.length === 0) return;
    const { readers, schema } = this.#session;
    readRunStatuses(readers, schema, waited).then(
      (statuses) => {
        const known = new Map(statuses.map((status) => [status.runId, status]));
        for (const runId of waited) this.#answer(runId, known.get(runId));
      },
      (error: unknown) => {
        for (const runId of waited) for (const waiter of this.#take(runId)) waiter.reject(error);
      },
    );
  }

  #answer(runId: number, status: RunStatus | undefined): void {
    if (status?.status === "running") return;
    const error = new InputError(`There is no run ${runId}`, { code: "UNKNOWN_RUN" });
    for (const waiter of this.#take(runId)) {
      if (status === undefined) waiter.reject(error);
      else waiter.resolve(status);
    }
  }

  #take(runId: number): Waiter[] {
    const waiters = this.#waiters.get(runId) ?? [];
    this.#waiters.delete(runId);
    return waiters;
  }

  #poll(): void {
    if (this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#options.clock.setTimer(() => {
      this.#cancelTimer = undefined;
      if (this.#waiters.size === 0) return;
      this.look([...this.#waiters.keys()]);
      this.#poll();
    }, this.#options.config.pollIntervalMs);
  }

  /** Nobody need wait any more. */
  close(error: Error): void {
    this.#cancelTimer?.();
    for (const runId of [...this.#waiters.keys()])
      for (const waiter of this.#take(runId)) waiter.reject(error);
  }
}
