/** Chance that a seed decides: the same on every machine. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Resolution of {@link SeededRandom.next}. */
const PARTS = 2 ** 30;

/** See the file's head. */
export class SeededRandom {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  /** @param salt tells the uses of one seed apart */
  constructor(seed: number, salt = "") {
    let mixed = seed | 0;
    for (const char of salt) mixed = Math.imul(mixed ^ char.charCodeAt(0), 0x01000193);
    this.#generator = xoroshiro128plus(mixed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  /** From 0 to below 1. */
  next(): number {
    return this.below(PARTS) / PARTS;
  }

  /** True in so large a share of calls. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of at least one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** A whole number of the range, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
}
