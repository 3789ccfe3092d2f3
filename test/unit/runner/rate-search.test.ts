/** The search for the highest rate, against queues whose limit is known. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextRate, type RateStep, rateBounds } from "../../../src/runner/rate-search.ts";

/** All steps of a search on a queue that keeps every rate up to `limitPerS`. */
function search(startPerS: number, limitPerS: number): RateStep[] {
  const steps: RateStep[] = [];
  for (let rate = nextRate(steps, startPerS); rate !== null; rate = nextRate(steps, startPerS)) {
    steps.push({ ratePerS: rate, kept: rate <= limitPerS });
  }
  return steps;
}

test("the limit lies between the bounds, and they are close", () => {
  const rates = fc.integer({ min: 1, max: 900_000 });
  fc.assert(
    fc.property(rates, rates, (start, limit) => {
      const steps = search(start, limit);
      const { keptPerS, brokenPerS } = rateBounds(steps);
      expect(keptPerS).toBeLessThanOrEqual(limit);
      expect(brokenPerS).toBeGreaterThan(limit);
      // Small rates are whole numbers, and others have three digits.
      const [kept, broken] = [keptPerS ?? 0, brokenPerS ?? 0];
      expect(broken / kept <= 1.05 || broken - kept <= 1 || broken - kept <= kept / 50).toBe(true);
      expect(new Set(steps.map(({ ratePerS }) => ratePerS)).size).toBe(steps.length);
    }),
  );
});

test("a queue without a limit ends the search at the highest rate there is", () => {
  const steps = search(100, Number.POSITIVE_INFINITY);
  expect(rateBounds(steps)).toEqual({ keptPerS: 1_000_000, brokenPerS: null });
});

test("a queue that keeps nothing ends it at one job a second", () => {
  expect(rateBounds(search(1000, 0))).toEqual({ keptPerS: null, brokenPerS: 1 });
});

test("a rate that was kept above a broken one does not count: the answer is the safe side", () => {
  const steps = [
    { ratePerS: 100, kept: true },
    { ratePerS: 200, kept: false },
    { ratePerS: 400, kept: true },
  ];
  expect(rateBounds(steps)).toEqual({ keptPerS: 100, brokenPerS: 200 });
});
