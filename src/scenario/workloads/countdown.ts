/** Counts events down, and tells when only so many are left. */

/** See the file's head. */
export class Countdown {
  #count: number;
  #awaited = Number.NaN;
  #resolve: () => void = () => undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /** Events that have not happened yet. */
  get count(): number {
    return this.#count;
  }

  /** One has happened. */
  step(): void {
    this.#count--;
    if (this.#count === this.#awaited) this.#resolve();
  }

  /** Resolves when at most `count` are left; one caller at a time. */
  left(count: number): Promise<void> {
    if (this.#count <= count) return Promise.resolve();
    this.#awaited = count;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}
