/** The ends of a worker's attempts on their way to the store, in batches; a batch that certainly had no effect is sent again. */
import type { Outcome, Store, Token } from "../store/store.ts";
import { hadNoEffect } from "./attempt-end.ts";

/** What a settler works with. */
export interface SettlerParts {
  readonly store: Store;
  readonly workerId: number;
  now(): number;
  /** Told of ends after the commit that holds them. */
  onSettled(outcomes: readonly Outcome[]): void;
  /** There is something to flush again. */
  onBack(): void;
}

/** See the file's head. */
export class Settler {
  readonly #parts: SettlerParts;
  readonly #underWay = new Set<Promise<unknown>>();
  #outcomes: Outcome[] = [];
  /** What the store could not commit; undefined while all is well. */
  failure: unknown;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** Takes an end; it is sent with the next flush. */
  add(outcome: Outcome): void {
    this.#outcomes.push(outcome);
  }

  /** Gives jobs back with the next flush; no try is used up. */
  release(tokens: Iterable<Token>): void {
    for (const { jobId, attempt } of tokens)
      this.add({ jobId, attempt, kind: "release", payload: null });
  }

  /** Sends what there is. */
  flush(): void {
    if (this.#outcomes.length === 0) return;
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    const { store, workerId, now, onSettled, onBack } = this.#parts;
    const settling = store
      .settle(outcomes, workerId, now())
      .then(() => onSettled(outcomes))
      .catch((error: unknown) => {
        if (!hadNoEffect(error)) this.failure ??= error;
        else {
          this.#outcomes.unshift(...outcomes);
          onBack();
        }
      });
    this.awaitToo(settling);
  }

  /** Something else that must have ended before all is settled; it never rejects. */
  awaitToo(promise: Promise<unknown>): void {
    this.#underWay.add(promise);
    void promise.finally(() => this.#underWay.delete(promise));
  }

  /** Flushes until nothing is left. @throws the store's error if an end could not be committed */
  async all(): Promise<void> {
    while (this.#outcomes.length > 0 || this.#underWay.size > 0) {
      this.flush();
      await Promise.all(this.#underWay);
    }
    if (this.failure !== undefined) throw this.failure;
  }
}
