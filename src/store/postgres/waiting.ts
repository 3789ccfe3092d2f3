/**
 * How many jobs wait, as this process knows it: exact when it was last counted, and kept up with what this
 * process did since. What others do is seen at the next count.
 */

/** What an operation changed, in numbers of jobs, and the runs that it ended. */
export interface Changed {
  readonly ready: number;
  readonly delayed: number;
  readonly closed: readonly number[];
}

/** See the file's head. */
export class Waiting {
  #ready = 0;
  #delayed = 0;
  /** When the next job is due, as far as is known; `Infinity` for never. */
  dueMs: number = Number.POSITIVE_INFINITY;
  /** When the counts were last read. */
  countedMs: number = Number.NEGATIVE_INFINITY;

  get ready(): number {
    return Math.max(0, this.#ready);
  }

  get delayed(): number {
    return Math.max(0, this.#delayed);
  }

  changed(ready: number, delayed: number): void {
    this.#ready += ready;
    this.#delayed += delayed;
  }

  /** Jobs were claimed; with the time of the next one that is due where that was asked. */
  claimed(jobs: number, dueMs: number | null): void {
    this.#ready -= jobs;
    if (dueMs !== null) this.dueMs = dueMs;
  }

  /** The counts were read. */
  counted(ready: number, delayed: number, nowMs: number): void {
    this.#ready = ready;
    this.#delayed = delayed;
    this.countedMs = nowMs;
  }
}
