/** A column of strings that repeat, such as task names: a small number per row. */
import { RepeatingList } from "./repeating-list.ts";

/** See the file's head. */
export class StringColumn {
  readonly #numbers = new RepeatingList();
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

  /** The string of all rows, where they have one. */
  get only(): string | undefined {
    return this.#values.length === 1 ? this.#values[0] : undefined;
  }

  /** A number for each row, from one for each string. */
  numbers(numberOf: (value: string) => number): Int32Array {
    const numbers = this.#values.map(numberOf);
    const rows = new Int32Array(this.#numbers.length);
    if (numbers.length === 1) return rows.fill(numbers[0] as number);
    for (let row = 0; row < rows.length; row++)
      rows[row] = numbers[this.#numbers.at(row)] as number;
    return rows;
  }

  #give(value: string): number {
    const number = this.#values.length;
    this.#values.push(value);
    this.#numberOf.set(value, number);
    return number;
  }
}
