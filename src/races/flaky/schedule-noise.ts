/**
 * Preloaded into Node programs by the schedule arm of `bench flaky --classify`: timers come late and turns
 * of the event loop change places, within what Node promises. A timer may be late, never early; an immediate
 * may come some turns later. Programs that count on more than that are what the arm is to find.
 */
import { randomInt } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";

/** One call in so many is delayed. */
const ONE_IN = 4;

/** By up to so much: many turns of the event loop, little against the limits of tests. */
const LONGEST_DELAY_MS = 12;

const original = { setTimeout: timers.setTimeout, setImmediate: timers.setImmediate };

/** A delay for one call in {@link ONE_IN}, in milliseconds; 0 for the others. */
function noiseMs(): number {
  return randomInt(ONE_IN) === 0 ? 1 + randomInt(LONGEST_DELAY_MS) : 0;
}

const noisy = {
  setTimeout: Object.assign(
    (callback: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) =>
      original.setTimeout(callback, (Number(delayMs) || 0) + noiseMs(), ...args),
    // util.promisify finds the promise form here.
    original.setTimeout,
  ),
  setImmediate: Object.assign(
    (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      original.setImmediate(() => {
        // A second turn lets everything else that is ready go first.
        if (noiseMs() > 0) original.setImmediate(callback, ...args);
        else callback(...args);
      }),
    original.setImmediate,
  ),
};

Object.assign(timers, noisy);
Object.assign(globalThis, noisy);
syncBuiltinESMExports();
