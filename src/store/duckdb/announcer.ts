/** Tells those who wait: workers that something is ready, and callers that their run has ended. */
import type { RunStatus } from "../store.ts";
import type { DurableLedger } from "./durable-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { readRunStatus } from "./reads.ts";
import { RunWaiters } from "./run-waiters.ts";

interface Condition {
  holds(ledger: Ledger): boolean;
  resolve(): void;
}

/** See the file's head. */
export class Announcer {
  readonly #durable: DurableLedger;
  readonly #subscribers = new Set<() => void>();
  readonly #waiters = new RunWaiters();
  #conditions: Condition[] = [];

  constructor(durable: DurableLedger) {
    this.#durable = durable;
    durable.onInstalled = () => {
      this.announce();
      this.#settleWaiters();
    };
  }

  /** Registers a callback for "something became ready"; returns its removal. */
  subscribe(onReady: () => void): () => void {
    this.#subscribers.add(onReady);
    return () => this.#subscribers.delete(onReady);
  }

  /** A promise of the end of a live run. */
  wait(runId: number): Promise<RunStatus> {
    return this.#waiters.wait(runId);
  }

  /** Resolves when something holds of the ledger and is committed; asked whenever jobs may have ended. */
  async until(holds: (ledger: Ledger) => boolean): Promise<void> {
    if (!holds(this.#durable.ledger))
      await new Promise<void>((resolve) => this.#conditions.push({ holds, resolve }));
    await this.#durable.lane.committed;
  }

  /** Nobody need wait any longer. */
  rejectAll(error: unknown): void {
    this.#waiters.rejectAll(error);
    for (const { resolve } of this.#conditions) resolve();
    this.#conditions = [];
  }

  /** Wakes workers, and after the commit whoever waits for a run that ended. */
  announce(): void {
    const { ledger, lane } = this.#durable;
    const closed = ledger.runs.takeClosed();
    if (closed.length > 0) {
      lane.committed.then(
        () => {
          for (const status of closed) {
            this.#waiters.settle(status);
            this.#durable.feed.runEnded(status);
          }
        },
        () => undefined,
      );
    }
    if (this.#conditions.length > 0) this.#askConditions(ledger);
    if (ledger.waiting.ready.count > 0) for (const wake of this.#subscribers) wake();
  }

  #askConditions(ledger: Ledger): void {
    this.#conditions = this.#conditions.filter(({ holds, resolve }) => {
      if (!holds(ledger)) return true;
      resolve();
      return false;
    });
  }

  /** Runs that ended in a commit that was in doubt: nobody else will announce them. */
  #settleWaiters(): void {
    for (const runId of this.#waiters.runIds) {
      if (this.#durable.ledger.runs.status(runId) !== undefined) continue;
      const { reads } = this.#durable;
      reads
        .read((reader) => readRunStatus(reader, runId))
        .then(
          (status) => this.#waiters.settle(status),
          () => undefined,
        );
    }
  }
}
