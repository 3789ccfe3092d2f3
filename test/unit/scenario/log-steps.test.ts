/** Logarithmic steps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { logSteps } from "../../../src/scenario/log-steps.ts";

test("one step per decade gives the powers between the ends", () => {
  expect(logSteps(1000, 1_000_000, 1)).toEqual([1000, 10_000, 100_000, 1_000_000]);
});

test("an end between two steps is a value of its own", () => {
  expect(logSteps(100, 5000, 1)).toEqual([100, 1000, 5000]);
});

test("two steps per decade are the rounded roots of ten", () => {
  expect(logSteps(10, 1000, 2)).toEqual([10, 32, 100, 316, 1000]);
});

test("equal ends are one value", () => {
  expect(logSteps(7, 7, 3)).toEqual([7]);
});

test("steps are whole numbers that rise from the first end to the last", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 1, max: 100 }),
      (from, more, perDecade) => {
        const steps = logSteps(from, from + more, perDecade);
        expect(steps[0]).toBe(from);
        expect(steps.at(-1)).toBe(from + more);
        for (const [i, step] of steps.entries()) {
          expect(Number.isInteger(step)).toBe(true);
          expect(step).toBeGreaterThan(steps[i - 1] ?? 0);
        }
      },
    ),
  );
});
