import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  exactInterval,
  exactLowerBound,
  exactUpperBound,
  medianInterval,
  wilsonInterval,
} from "../../../src/stats/intervals.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

describe("the interval of the median", () => {
  test("does not exist below 6 values", () => {
    expect(medianInterval([1, 2, 3, 4, 5])).toBeNull();
    expect(medianInterval([])).toBeNull();
  });

  test.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [12, 3, 10],
    [20, 6, 15],
    [100, 40, 61],
  ])("of %d values reaches from the %dth to the %dth, as in published tables", (n, low, high) => {
    const values = Array.from({ length: n }, (_, i) => n - i);
    expect(medianInterval(values)).toMatchObject({ low, high });
  });

  test("says how surely it covers", () => {
    expect(medianInterval([1, 2, 3, 4, 5, 6])?.coverage).toBeCloseTo(1 - 2 / 64, 12);
  });

  test("encloses the median, and is wider for more confidence", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
      minLength: 8,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, (trials) => {
        const narrow = medianInterval(trials, 0.9);
        const wide = medianInterval(trials, 0.99);
        const ascending = [...trials].sort((a, b) => a - b);
        const lower = ascending[Math.floor((trials.length - 1) / 2)] ?? Number.NaN;
        const upper = ascending[Math.ceil((trials.length - 1) / 2)] ?? Number.NaN;
        expect(narrow?.low).toBeLessThanOrEqual(lower);
        expect(narrow?.high).toBeGreaterThanOrEqual(upper);
        expect(wide?.low).toBeLessThanOrEqual(narrow?.low ?? Number.NaN);
        expect(wide?.high).toBeGreaterThanOrEqual(narrow?.high ?? Number.NaN);
      }),
    );
  });

  test.each([6, 9, 12, 25])(
    "covers the true median of a skewed distribution in at least 94 % of samples of %d",
    (n) => {
      const { normal } = noise(7);
      const runs = 4000;
      const covered = countOf(runs, () => {
        const interval = medianInterval(sample(n, () => Math.exp(normal())));
        return interval !== null && interval.low <= 1 && 1 <= interval.high;
      });
      // The level is 95 % or more; three standard errors of 4,000 samples are 1 %.
      expect(covered / runs).toBeGreaterThan(0.94);
    },
  );
});

describe("the interval of a share", () => {
  test.each([
    [0, 10, 0, 0.27753279986288926],
    [3, 10, 0.10779126740630102, 0.6032218525388546],
    [10, 10, 0.7224672001371109, 1],
    [5, 100, 0.021543679154367973, 0.11175046923191914],
    [1, 299, 0.0005906272913373169, 0.01869820734656715],
  ])("by Wilson for %d of %d is that of SciPy", (successes, n, low, high) => {
    const interval = wilsonInterval(successes, n);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  test.each([
    [0, 10, 0, 0.30849710781876294, 0.2588655508933471],
    [3, 10, 0.06673951117773447, 0.652452850060008, 0.6066242161055765],
    [10, 10, 0.6915028921812371, 1, 1],
    [5, 100, 0.016431879181728278, 0.11283491110546288, 0.10225337764327457],
    [50, 1000, 0.03733539760466063, 0.06539048791549365, 0.0628634035123829],
  ])("by Clopper and Pearson for %d of %d is that of SciPy", (successes, n, low, high, below) => {
    const interval = exactInterval(successes, n);
    expect(interval.low).toBeCloseTo(low, 11);
    expect(interval.high).toBeCloseTo(high, 11);
    expect(exactUpperBound(successes, n)).toBeCloseTo(below, 11);
  });

  test("299 runs without a failure are the fewest that put the rate below 1 %", () => {
    expect(exactUpperBound(0, 299)).toBeLessThan(0.01);
    expect(exactUpperBound(0, 298)).toBeGreaterThan(0.01);
  });

  test("of the failures mirrors that of the passes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, k) => {
        fc.pre(k <= n);
        expect(exactLowerBound(k, n)).toBeCloseTo(1 - exactUpperBound(n - k, n), 10);
        expect(wilsonInterval(k, n).low).toBeCloseTo(1 - wilsonInterval(n - k, n).high, 10);
      }),
    );
  });

  test("never covers less than it promises, for any true share", () => {
    for (const share of [0.01, 0.1, 0.37, 0.5]) {
      const { uniform } = noise(11);
      const runs = 1500;
      const covered = countOf(runs, () => {
        const successes = countOf(30, () => uniform() < share);
        const { low, high } = exactInterval(successes, 30);
        return low <= share && share <= high;
      });
      expect(covered / runs).toBeGreaterThan(0.94);
    }
  });

  test("of something that is not a share is a bug of the caller", () => {
    expect(() => wilsonInterval(3, 2)).toThrow("3 of 2 is not a share");
    expect(() => exactUpperBound(0, 0)).toThrow("0 of 0 is not a share");
    expect(() => exactLowerBound(1.5, 2)).toThrow("1.5 of 2 is not a share");
  });
});
