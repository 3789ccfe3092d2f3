/** Strings that repeat (tasks, queues) as small numbers. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];

  /** The number of a name, given at first sight. */
  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#numbers.set(name, number);
      this.#names.push(name);
    }
    return number;
  }

  /** The name of a number. */
  name(number: number): string {
    return this.#names[number] as string;
  }
}
