/** Values by the order in which they were first met. */

/** See the file's head. */
export class InternTable<T extends number | string> {
  readonly #numbers = new Map<T, number>();
  readonly #values: T[] = [];

  constructor(first: readonly T[] = []) {
    for (const value of first) this.of(value);
  }

  /** Values held. */
  get size(): number {
    return this.#values.length;
  }

  /** The number of a value; a new one gets the next. */
  of(value: T): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#values.push(value) - 1;
      this.#numbers.set(value, number);
    }
    return number;
  }

  /** The number of a value that is there, or -1. */
  find(value: T): number {
    return this.#numbers.get(value) ?? -1;
  }

  /** The value of a number below `size`. */
  at(number: number): T {
    return this.#values[number] as T;
  }
}
