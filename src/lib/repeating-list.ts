/** A list of 32-bit whole numbers that are mostly the same: one number and a count, until another one comes. */
import { IntList } from "./grown.ts";

/** See the file's head. */
export class RepeatingList {
  #same = 0;
  #length = 0;
  /** All numbers, from the first one on that differs. */
  #list: IntList | null = null;

  /** Numbers held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.#length === 0) this.#same = value;
    if (this.#list === null && value !== this.#same) this.#list = this.#written();
    this.#list?.push(value);
    this.#length++;
  }

  /** The number at an index below `length`. */
  at(index: number): number {
    return this.#list === null ? this.#same : this.#list.at(index);
  }

  /** The numbers, as a view that the next `push` may detach. */
  view(): Int32Array {
    return this.#list?.view() ?? new Int32Array(this.#length).fill(this.#same);
  }

  #written(): IntList {
    const list = new IntList();
    for (let index = 0; index < this.#length; index++) list.push(this.#same);
    return list;
  }
}

/** The number of which all numbers of an array are, or undefined. Compares memory with itself, one number on. */
export function sameNumber(numbers: Uint8Array | Int32Array): number | undefined {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = numbers;
  if (byteLength === 0) return undefined;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const isSame = bytes
    .subarray(BYTES_PER_ELEMENT)
    .equals(bytes.subarray(0, byteLength - BYTES_PER_ELEMENT));
  return isSame ? numbers[0] : undefined;
}
