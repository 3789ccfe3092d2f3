/**
 * Lets processes work in turns: A, B, B, A, A … What the machine does for longer than a turn, such as another
 * clock speed or a busy neighbour, then meets both alike; measured in blocks, it is a difference of the blocks.
 */

/** What one process sees of the turns. */
export interface Turn {
  /** Ends the turn before, and resolves when the next one begins. */
  take(): Promise<void>;
  /** Takes no more turns; resolves when nobody does. */
  leave(): Promise<void>;
}

/** See the file's head. A turn begins when all who are still here wait: nobody works beside it. */
export class Turns<Name extends string> {
  /** Who comes next, the first one first. */
  readonly #order: Name[];
  readonly #present: Set<Name>;
  readonly #waiting = new Map<Name, () => void>();
  readonly #leavers: (() => void)[] = [];

  /** `rounds` turns for each of the two, in pairs; `first` begins the even pairs, the other the odd ones. */
  constructor([one, other]: readonly [Name, Name], first: Name, rounds: number) {
    const second = first === one ? other : one;
    this.#present = new Set([one, other]);
    this.#order = Array.from({ length: rounds }, (_, round) =>
      round % 2 === 0 ? [first, second] : [second, first],
    ).flat();
  }

  of(name: Name): Turn {
    return {
      take: () =>
        new Promise((begin) => {
          this.#waiting.set(name, begin);
          this.#goOn();
        }),
      leave: () =>
        new Promise((left) => {
          this.#present.delete(name);
          this.#leavers.push(left);
          this.#goOn();
        }),
    };
  }

  #goOn(): void {
    if (this.#present.size === 0) for (const left of this.#leavers.splice(0)) left();
    if (this.#waiting.size < this.#present.size) return;
    const at = this.#order.findIndex((name) => this.#waiting.has(name));
    const [next] = at < 0 ? [] : this.#order.splice(at, 1);
    if (next === undefined) return;
    const begin = this.#waiting.get(next);
    this.#waiting.delete(next);
    begin?.();
  }
}
