/** The rank test and the shift that belongs to it, against SciPy and against each other. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mannWhitney, medianShift } from "../../../src/stats/mann-whitney.ts";
import { ranks, tieSizes } from "../../../src/stats/ranks.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 12 });

describe("ranks", () => {
  test("count from one, and equal values share the mean of theirs", () => {
    expect(ranks([30, 10, 20, 10])).toEqual([4, 1.5, 3, 1.5]);
    expect(tieSizes([30, 10, 20, 10, 20, 20])).toEqual([2, 3]);
  });

  test("add up to the same whatever the ties", () => {
    fc.assert(
      fc.property(values, (sampled) => {
        const total = ranks(sampled).reduce((sum, rank) => sum + rank, 0);
        expect(total).toBe((sampled.length * (sampled.length + 1)) / 2);
      }),
    );
  });
});

describe("the rank test", () => {
  test("is exact without ties", () => {
    const found = mannWhitney([1.1, 2.3, 3.7, 4.2, 5.9], [2.9, 4.8, 6.1, 7.7, 8.4, 9]);
    expect(found.u).toBe(26);
    expect(found.pValue).toBeCloseTo(0.05194805194805195, 12);
  });

  test("is exact with ties: 41 of the 462 ways to draw are as far from the mean", () => {
    const found = mannWhitney([1, 2, 2, 3, 5], [2, 4, 5, 5, 6, 7]);
    expect(found.pValue).toBeCloseTo(41 / 462, 12);
  });

  test("of large samples is the corrected normal approximation", () => {
    const a = Array.from({ length: 30 }, (_, i) => 2 * i);
    const b = Array.from({ length: 40 }, (_, i) => 2 * i + 5);
    expect(mannWhitney(a, b).u).toBe(822);
    expect(mannWhitney(a, b).pValue).toBeCloseTo(0.008570655148690978, 12);
  });

  test("says the same with the samples exchanged, and counts every pair once", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(mannWhitney(b, a).pValue).toBeCloseTo(mannWhitney(a, b).pValue, 10);
        expect(mannWhitney(a, b).u + mannWhitney(b, a).u).toBe(a.length * b.length);
      }),
    );
  });

  test("sees nothing in equal values", () => {
    expect(mannWhitney([3, 3], [3, 3, 3]).pValue).toBe(1);
  });
});

describe("the shift", () => {
  test("is the median of all differences", () => {
    expect(medianShift([1, 2, 3], [11, 12, 13]).shift).toBe(10);
  });

  test("has an interval from four values on each side", () => {
    expect(medianShift([1, 2, 3], [4, 5, 6]).interval).toBeNull();
    expect(medianShift([1, 2, 3, 4], [11, 12, 13, 14]).interval).toEqual({ low: 7, high: 13 });
  });

  test("has an interval that excludes 0 exactly when the test rejects equality", () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), {
      minLength: 8,
      maxLength: 24,
    });
    fc.assert(
      fc.property(distinct, fc.nat(), (all, cut) => {
        const size = 4 + (cut % (all.length - 7));
        const [a, b] = [all.slice(0, size), all.slice(size)];
        const { interval } = medianShift(a, b);
        const excludes = interval !== null && (interval.low > 0 || interval.high < 0);
        expect(excludes).toBe(mannWhitney(a, b).pValue <= 0.05);
      }),
    );
  });

  test("covers the truth in at least 95 % of samples", () => {
    const { normal } = noise(21);
    const runs = 2000;
    const covered = countOf(runs, () => {
      const { interval } = medianShift(
        sample(8, normal),
        sample(6, () => normal() + 0.3),
      );
      return interval !== null && interval.low <= 0.3 && 0.3 <= interval.high;
    });
    // Three standard errors of 2,000 draws are 1.5 %.
    expect(covered / runs).toBeGreaterThan(0.935);
  });
});
