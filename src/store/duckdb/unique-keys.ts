/** Unique keys: which job holds each, and until when. Only keys that are taken are kept. */
import { NumberHeap } from "../../lib/number-heap.ts";

interface Holding {
  readonly jobId: number;
  /** The key is free from here on; `Infinity`: when the job ends. */
  readonly untilMs: number;
}

/** See the file's head. */
export class UniqueKeys {
  readonly #holdings = new Map<string, Holding>();
  /** Ends of time windows, with a number for each key. */
  readonly #ends = new NumberHeap();
  readonly #keys = new Map<number, string>();
  #nextKey = 0;

  /** The job that holds a key, or 0. */
  holder(key: string, nowMs: number): number {
    this.#expire(nowMs);
    return this.#holdings.get(key)?.jobId ?? 0;
  }

  /** A job takes a key, for a time or, with `Infinity`, as long as it lives. */
  take(key: string, jobId: number, untilMs: number): void {
    this.#holdings.set(key, { jobId, untilMs });
    if (untilMs === Number.POSITIVE_INFINITY) return;
    const number = this.#nextKey++;
    this.#keys.set(number, key);
    this.#ends.push(untilMs, number);
  }

  /** The job that holds the key has ended; a time window goes on. */
  ended(key: string, jobId: number): void {
    const holding = this.#holdings.get(key);
    if (holding?.jobId !== jobId || holding.untilMs !== Number.POSITIVE_INFINITY) return;
    this.#holdings.delete(key);
  }

  /** The key is free at once: another job takes it. */
  release(key: string): void {
    this.#holdings.delete(key);
  }

  #expire(nowMs: number): void {
    while (this.#ends.minKey <= nowMs) {
      const number = this.#ends.minValue;
      const untilMs = this.#ends.minKey;
      this.#ends.pop();
      const key = this.#keys.get(number) as string;
      this.#keys.delete(number);
      if (this.#holdings.get(key)?.untilMs === untilMs) this.#holdings.delete(key);
    }
  }
}
