/** Paired comparison: laws, exact agreement of interval and test, and coverage by simulation. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  estimateDifference,
  logSlowdown,
  pairedSample,
  pValueOfAtLeast,
  pValueOfAtMost,
} from "../../../src/stats/compare.ts";
import { countOf, type Noise, noise, sample } from "../../support/stats/noise.ts";

const figures = fc.double({ min: -10, max: 10, noNaN: true });
const differences = fc.array(figures, { minLength: 6, maxLength: 32 });

describe("the log slowdown of a pair", () => {
  test("is positive when the head is worse, in time and in rate", () => {
    expect(logSlowdown([100], [110], "lower")).toBe(Math.log(1.1));
    expect(logSlowdown([100], [50], "lower")).toBe(Math.log(0.5));
    expect(logSlowdown([100], [200], "higher")).toBe(-Math.log(2));
  });

  test("of several rounds is the median of the ratios of neighbours: what both met drops out", () => {
    // The machine is three times as slow in the second half of the base's second round.
    expect(logSlowdown([10, 30, 11], [11, 33, 12.1], "lower")).toBeCloseTo(Math.log(1.1), 12);
    expect(logSlowdown([10, 10, 10], [11, 11, 500], "lower")).toBeCloseTo(Math.log(1.1), 12);
  });

  test("takes one figure for all rounds of its side", () => {
    expect(logSlowdown([10], [11, 12, 13], "lower")).toBeCloseTo(Math.log(1.2), 12);
  });

  test("refuses unequal lengths and figures that have no ratio", () => {
    expect(() => logSlowdown([1, 2, 3], [1, 2], "lower")).toThrow();
    expect(() => logSlowdown([1, 0], [1, 2], "lower")).toThrow("round 1 has ratio 2 / 0");
    expect(() => logSlowdown([1], [-1], "lower")).toThrow("round 0 has ratio -1 / 1");
  });
});

describe("the Hodges–Lehmann estimate", () => {
  test("of a worked example is the median of the Walsh averages, with its exact interval", () => {
    // Averages of 1 … 6: the median is 3.5, and at 95 % six pairs leave out nothing.
    expect(estimateDifference(pairedSample([1, 2, 3, 4, 5, 6]))).toEqual({
      estimate: 3.5,
      interval: { low: 1, high: 6 },
    });
  });

  test("has no interval below 6 pairs", () => {
    expect(estimateDifference(pairedSample([1, 2, 3, 4, 5])).interval).toBeNull();
  });

  test("lies inside its interval, and the interval inside the range of the differences", () => {
    fc.assert(
      fc.property(differences, (values) => {
        const { estimate, interval } = estimateDifference(pairedSample(values));
        expect(interval).not.toBeNull();
        const low = interval?.low ?? Number.NaN;
        const high = interval?.high ?? Number.NaN;
        expect(low).toBeLessThanOrEqual(estimate);
        expect(estimate).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  test("moves with a shift and turns with the sign", () => {
    fc.assert(
      fc.property(differences, fc.integer({ min: -5, max: 5 }), (values, shift) => {
        const plain = estimateDifference(pairedSample(values));
        const moved = estimateDifference(pairedSample(values.map((value) => value + shift)));
        const turned = estimateDifference(pairedSample(values.map((value) => -value)));
        expect(moved.estimate).toBeCloseTo(plain.estimate + shift, 9);
        expect(turned.estimate).toBeCloseTo(-plain.estimate, 9);
        expect(turned.interval?.low).toBeCloseTo(-(plain.interval?.high ?? Number.NaN), 9);
      }),
    );
  });

  test.each<{ shape: string; draw: (source: Noise) => number }>([
    { shape: "normal", draw: ({ normal }) => normal() },
    { shape: "heavy-tailed", draw: ({ normal, uniform }) => normal() / (0.1 + uniform()) },
    {
      shape: "two-point",
      draw: ({ normal, uniform }) => (uniform() < 0.5 ? -1 : 1) + normal() / 100,
    },
  ])("has an interval that keeps its confidence under $shape noise", ({ draw }) => {
    const source = noise(20_261_124);
    for (const pairs of [8, 16]) {
      const covered = countOf(3_000, () => {
        const values = sample(pairs, () => 0.05 + draw(source));
        const { interval } = estimateDifference(pairedSample(values));
        return interval !== null && interval.low <= 0.05 && 0.05 <= interval.high;
      });
      // Three standard errors of 3,000 draws are 1.2 %.
      expect(covered / 3_000).toBeGreaterThan(0.938);
    }
  });
});

describe("the one-sided tests", () => {
  test("give the exact signed-rank probabilities", () => {
    const allWorse = pairedSample([0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17]);
    expect(pValueOfAtMost(allWorse, 0)).toBe(1 / 256);
    expect(pValueOfAtLeast(allWorse, 0)).toBe(1);
    expect(pValueOfAtLeast(allWorse, 1)).toBe(1 / 256);
  });

  test("find nothing when every pair repeats the bound", () => {
    const same = pairedSample([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(pValueOfAtMost(same, 0)).toBe(1);
    expect(pValueOfAtLeast(same, 0)).toBe(1);
  });

  test("reject a bound exactly when the two-sided interval of twice the error excludes it", () => {
    fc.assert(
      fc.property(differences, figures, (values, bound) => {
        const paired = pairedSample(values);
        const interval = estimateDifference(paired, 0.95).interval ?? { low: 0, high: 0 };
        expect(pValueOfAtMost(paired, bound) <= 0.025).toBe(bound < interval.low);
        expect(pValueOfAtLeast(paired, bound) <= 0.025).toBe(bound > interval.high);
      }),
    );
  });
});
