/**
 * Makes a tree of processes slower by stopping and continuing its process group, as a container's CPU
 * quota does: it runs for a slice, then stands still until its share is used up. Clocks go on meanwhile,
 * so every deadline comes sooner by the factor. Needs signals, so not on Windows.
 */

/** Short against the limits of tests, long against the precision of timers. */
const SLICE_MS = 10;

/** Sends a signal to the group; false once it is gone. */
type Send = (signal: "SIGSTOP" | "SIGCONT") => boolean;

/** Slows down one process group until it is told to end. */
export class Throttle {
  readonly #send: Send;
  readonly #slowdown: number;
  readonly #startMs = performance.now();
  #stoppedMs = 0;
  #stoppedSinceMs: number | null = null;
  #timer: NodeJS.Timeout;

  /** `slowdown` is the factor, above 1. */
  constructor(slowdown: number, send: Send) {
    this.#slowdown = slowdown;
    this.#send = send;
    this.#timer = setTimeout(() => this.#pause(), SLICE_MS);
  }

  /** Lets the group run at full speed; returns how much slower it was. */
  end(): number {
    clearTimeout(this.#timer);
    this.#goOn();
    const wholeMs = performance.now() - this.#startMs;
    return wholeMs / Math.max(wholeMs - this.#stoppedMs, Number.EPSILON);
  }

  #pause(): void {
    if (!this.#send("SIGSTOP")) return;
    this.#stoppedSinceMs = performance.now();
    // What the timers were late is made up for: the factor holds over the whole run.
    const ranMs = this.#stoppedSinceMs - this.#startMs - this.#stoppedMs;
    const owedMs = ranMs * (this.#slowdown - 1) - this.#stoppedMs;
    this.#timer = setTimeout(() => {
      this.#goOn();
      this.#timer = setTimeout(() => this.#pause(), SLICE_MS);
    }, owedMs);
  }

  #goOn(): void {
    if (this.#stoppedSinceMs === null) return;
    this.#stoppedMs += performance.now() - this.#stoppedSinceMs;
    this.#stoppedSinceMs = null;
    this.#send("SIGCONT");
  }
}
