/** Schedules of open loads: exact where they are even, and of the right distribution where they are random. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawArrivals, drawCount } from "../../../src/scenario/arrivals.ts";

test("even arrivals are a gap apart, the first after half of one", () => {
  expect([...drawArrivals("constant", 4, 1000, 1)]).toEqual([125, 375, 625, 875]);
  expect(drawArrivals("constant", 7, 1000, 1)).toHaveLength(7);
});

test("a schedule rises, ends before its duration, and is the seed's alone", () => {
  const kinds = fc.constantFrom("poisson" as const, "constant" as const);
  fc.assert(
    fc.property(
      kinds,
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      (kind, rate, durationMs, seed) => {
        const times = drawArrivals(kind, rate, durationMs, seed);
        expect(times).toEqual(drawArrivals(kind, rate, durationMs, seed));
        expect(times.every((ms, i) => ms >= (times[i - 1] ?? 0) && ms < durationMs)).toBe(true);
      },
    ),
  );
});

test("random arrivals are a Poisson process: as many as asked for, and gaps as scattered as their mean", () => {
  const times = drawArrivals("poisson", 1000, 100_000, 5);
  // 100,000 expected, with a standard deviation of 316: four of them either way.
  expect(Math.abs(times.length - 100_000)).toBeLessThan(4 * 316);
  const gaps = times.slice(1).map((ms, i) => ms - (times[i] ?? 0));
  const mean = gaps.reduce((sum, ms) => sum + ms, 0) / gaps.length;
  const variance = gaps.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / gaps.length;
  expect(mean).toBeCloseTo(1, 1);
  expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  // Beyond three mean gaps lie e^-3 of them.
  expect(gaps.filter((ms) => ms > 3).length / gaps.length).toBeCloseTo(Math.exp(-3), 2);
});

test("a schedule by number has exactly so many", () => {
  expect(drawCount(50, 10, 1)).toHaveLength(50);
});

test("a schedule that does not fit in memory is refused", () => {
  expect(() => drawArrivals("constant", 1_000_000, 11_000, 1)).toThrow("11000000 arrivals");
});
