/** Priority queues of plain numbers. */
import { grown } from "./grown.ts";

/**
 * A binary min-heap of numbers with a small integer beside each: no object per entry.
 *
 * The engine keeps its ready jobs (key = priority and id) and its due times in it.
 */
export class NumberHeap {
  #keys = new Float64Array(64);
  #values = new Int32Array(64);
  #size = 0;

  /** Entries held. */
  get size(): number {
    return this.#size;
  }

  /** The smallest key, or `Infinity` when empty. */
  get minKey(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#keys[0] as number);
  }

  /** The value beside the smallest key; 0 when empty. */
  get minValue(): number {
    return this.#values[0] as number;
  }

  /** Adds an entry. O(log n). */
  push(key: number, value: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const values = this.#values;
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentKey = keys[parent] as number;
      if (parentKey <= key) break;
      keys[hole] = parentKey;
      values[hole] = values[parent] as number;
      hole = parent;
    }
    keys[hole] = key;
    values[hole] = value;
  }

  /** Removes the entry with the smallest key; does nothing when empty. O(log n). */
  pop(): void {
    if (this.#size === 0) return;
    const keys = this.#keys;
    const values = this.#values;
    const size = --this.#size;
    const key = keys[size] as number;
    const value = values[size] as number;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child++;
      const childKey = keys[child] as number;
      if (childKey >= key) break;
      keys[hole] = childKey;
      values[hole] = values[child] as number;
      hole = child;
    }
    keys[hole] = key;
    values[hole] = value;
  }

  #grow(): void {
    const capacity = this.#keys.length * 2;
    this.#keys = grown(this.#keys, capacity);
    this.#values = grown(this.#values, capacity);
  }
}
