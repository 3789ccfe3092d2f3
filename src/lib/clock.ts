/** Time as an argument. Production reads the system; tests and race checks pass a clock of their own. */

/** Cancels a timer; calling it twice is harmless. */
export type CancelTimer = () => void;

/** Everything that the engine knows of time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once, `delayMs` from now. The timer alone does not keep the process alive. */
  setTimer(run: () => void, delayMs: number): CancelTimer;
  /** Calls `run` once the current turn and its promise callbacks have ended. */
  defer(run: () => void): void;
}

/** The longest delay that the platform's timers take; longer waits are re-armed by their owner. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
  defer(run) {
    setImmediate(run);
  },
};
