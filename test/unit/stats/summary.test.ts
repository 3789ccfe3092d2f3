import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  median,
  medianAbsoluteDeviation,
  quantile,
  relativeSpread,
  robustSigma,
} from "../../../src/stats/summary.ts";

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

describe("the median", () => {
  test("is the middle value of an odd sample in any order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test("is the mean of the two middle values of an even sample", () => {
    expect(median([8, 1, 2, 4])).toBe(3);
  });

  test("leaves its sample in order", () => {
    const sample = [3, 1, 2];
    median(sample);
    expect(sample).toEqual([3, 1, 2]);
  });

  test("has as many values at or below it as at or above it", () => {
    fc.assert(
      fc.property(values, (sample) => {
        const middle = median(sample);
        const below = sample.filter((value) => value <= middle).length;
        const above = sample.filter((value) => value >= middle).length;
        expect(Math.min(below, above) * 2).toBeGreaterThanOrEqual(sample.length);
      }),
    );
  });
});

describe("quantiles", () => {
  test.each([
    [0, 1],
    [0.1, 1.5],
    [0.25, 2.5],
    [0.5, 6],
    [0.9, 24],
    [1, 32],
  ])("at %d are those of NumPy", (p, expected) => {
    expect(quantile([32, 1, 4, 2, 16, 8], p)).toBeCloseTo(expected, 12);
  });

  test("never fall when the share grows", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (sample, p, q) => {
        const [low, high] = p < q ? [p, q] : [q, p];
        expect(quantile(sample, low)).toBeLessThanOrEqual(quantile(sample, high));
      }),
    );
  });

  test("of no values, at no share and of no number are bugs of the caller", () => {
    expect(() => quantile([], 0.5)).toThrow("a quantile of no values");
    expect(() => quantile([1], 1.5)).toThrow("a quantile at 1.5");
    expect(() => quantile([1, Number.NaN], 0.5)).toThrow("statistics need finite numbers");
  });
});

describe("the spread", () => {
  test("is the scaled median distance from the median, as SciPy has it", () => {
    expect(robustSigma([1, 2, 4, 8, 16, 32])).toBeCloseTo(6.671709983275209, 12);
    expect(medianAbsoluteDeviation([1, 2, 4, 8, 16, 32])).toBe(4.5);
  });

  test("of mostly equal values comes from those that differ", () => {
    expect(robustSigma([5, 5, 5, 5, 9])).toBeCloseTo(0.8 * Math.sqrt(Math.PI / 2), 12);
    expect(robustSigma([5, 5, 5])).toBe(0);
  });

  test("relative to the median needs a median", () => {
    expect(relativeSpread([90, 100, 110])).toBeCloseTo(0.1482602218505602, 12);
    expect(relativeSpread([-1, 0, 1])).toBeNull();
  });

  test("grows with the unit and not with the place", () => {
    // Figures as they are measured: of values that no other unit can tell apart, the unit decides which are equal.
    const figures = fc.array(
      fc.integer({ min: -1e6, max: 1e6 }).map((thousandths) => thousandths / 1000),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(figures, fc.double({ min: 0.1, max: 100, noNaN: true }), (sample, factor) => {
        const sigma = robustSigma(sample);
        expect(robustSigma(sample.map((value) => value * factor))).toBeCloseTo(sigma * factor, 6);
        expect(robustSigma(sample.map((value) => value + 1000))).toBeCloseTo(sigma, 6);
      }),
    );
  });
});
