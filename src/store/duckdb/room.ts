/** Callers who wait for room in a full queue. */

/** See the file's head. */
export class Room {
  #waiting: (() => void)[] = [];

  /** Resolves at the next {@link made}. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Waiting jobs have left; whoever waits may try again. */
  made(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
