/** Tells of jobs' ends after their commit, by the number that their sender knows them by. */
import type { WorkerOptions } from "../../engine/index.ts";

type Outcomes = Parameters<NonNullable<WorkerOptions["onSettled"]>>[0];

/** See the file's head. */
export class JobEnds {
  /** Called with a job's number when its end is committed; with a time where that was heard of later. */
  onEnd: (index: number, atMs?: number) => void = () => undefined;
  readonly #maxAttempts: number;
  /** Jobs that have begun and not ended, by id: their number. */
  readonly #running = new Map<number, number>();
  /** Tries used up by jobs that failed before, by id. */
  readonly #tries = new Map<number, number>();
  #ended = 0;
  #awaited = Number.NaN;
  #resolve: () => void = () => undefined;

  /** `maxAttempts` is what the jobs have: one that fails so often has ended. */
  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  /** An attempt at the job of that number has begun. */
  began(jobId: number, index: number): void {
    this.#running.set(jobId, index);
  }

  /** Attempts have ended, and their ends are committed. */
  settled(outcomes: Outcomes): void {
    for (const { jobId, kind } of outcomes) {
      if (kind === "release" || kind === "nack") continue;
      const index = this.#running.get(jobId);
      if (index === undefined || !this.#isLast(jobId, kind)) continue;
      this.#running.delete(jobId);
      this.#tries.delete(jobId);
      this.#ended++;
      this.onEnd(index);
    }
    if (this.#ended >= this.#awaited) this.#resolve();
  }

  /** Jobs have ended in another process, at that time. */
  endedElsewhere(indexes: readonly number[], atMs: number): void {
    for (const index of indexes) this.onEnd(index, atMs);
    this.#ended += indexes.length;
    if (this.#ended >= this.#awaited) this.#resolve();
  }

  /** Resolves when so many jobs have ended; one caller at a time. */
  reached(count: number): Promise<void> {
    if (this.#ended >= count) return Promise.resolve();
    this.#awaited = count;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  #isLast(jobId: number, kind: Outcomes[number]["kind"]): boolean {
    if (kind === "done" || kind === "abandon") return true;
    const tries = (this.#tries.get(jobId) ?? 0) + 1;
    this.#tries.set(jobId, tries);
    return tries >= this.#maxAttempts;
  }
}
