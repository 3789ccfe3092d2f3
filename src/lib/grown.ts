/** Typed arrays that grow. */

/** The typed arrays that the engine keeps columns in. */
export type NumberArray = Float64Array | Int32Array | Uint8Array;

/** A copy of `old` with room for `capacity` numbers, the new ones 0. */
export function grown<T extends NumberArray>(old: T, capacity: number): T {
  const wider = new (old.constructor as new (length: number) => T)(capacity);
  wider.set(old);
  return wider;
}

const FIRST_CAPACITY = 1024;

/** An appendable list of 32-bit whole numbers: 4 bytes each, where an array may take 8 or more. */
export class IntList {
  #items = new Int32Array(FIRST_CAPACITY);
  #length = 0;

  /** Numbers held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.#length === this.#items.length) this.#items = grown(this.#items, this.#length * 2);
    this.#items[this.#length++] = value;
  }

  /** The number at an index below `length`. */
  at(index: number): number {
    return this.#items[index] as number;
  }

  /** The numbers, as a view that the next `push` may detach. */
  view(): Int32Array {
    return this.#items.subarray(0, this.#length);
  }
}
