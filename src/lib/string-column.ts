/** A column of strings that repeat, such as task names: a small number per row. */
import { IntList } from "./grown.ts";

/** See the file's head. */
export class StringColumn {
  readonly #numbers = new IntList();
  readonly #numberOf = new Map<string, number>();
  readonly #values: string[] = [];
  #last = "";
  #lastNumber = -1;

  /** Adds a row. */
  push(value: string): void {
    if (value !== this.#last || this.#lastNumber < 0) {
      this.#last = value;
      this.#lastNumber = this.#numberOf.get(value) ?? this.#give(value);
    }
    this.#numbers.push(this.#lastNumber);
  }

  /** The string of a row. */
  at(row: number): string {
    return this.#values[this.#numbers.at(row)] as string;
  }

  #give(value: string): number {
    const number = this.#values.length;
    this.#values.push(value);
    this.#numberOf.set(value, number);
    return number;
  }
}
