/**
 * A moment in which nothing is staged and nothing is written, so that a rare operation can read the log
 * and change the ledger by it. Everybody else waits, in the order in which they came.
 */
import type { Lane } from "./lane.ts";

/** See the file's head. */
export class Standstill {
  #until: Promise<void> | null = null;

  /** Resolves when the standstill is over; null where there is none, which is nearly always. */
  get until(): Promise<void> | null {
    return this.#until;
  }

  /** Runs `work` with the log and the ledger equal, in the lane's turn. What it stages is not committed yet. */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    while (this.#until !== null) await this.#until;
    let end: () => void = () => undefined;
    this.#until = new Promise((resolve) => {
      end = resolve;
    });
    try {
      while (lane.hasStaged) await lane.committed;
      return await lane.quiet(work);
    } finally {
      this.#until = null;
      end();
    }
  }
}
