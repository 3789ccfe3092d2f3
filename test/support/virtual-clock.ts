/** A clock that moves only when a test moves it. */
import type { Clock } from "../../src/lib/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** See the file's head. Starts at a time that no daylight saving touches. */
export class VirtualClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  setTimer(run: () => void, delayMs: number): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  defer(run: () => void): void {
    setImmediate(run);
  }

  /** When the next timer is due; `Infinity` for none. */
  get nextTimerMs(): number {
    return Math.min(...[...this.#timers].map(({ atMs }) => atMs));
  }

  /** Moves time on; timers run in their order, each at its own time. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const due = [...this.#timers]
        .filter(({ atMs }) => atMs <= endMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
    }
    this.#nowMs = endMs;
  }
}
