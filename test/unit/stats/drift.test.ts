/** Trends over the order of trials: exact p-values, laws, and how rarely still machines are accused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drift, mannKendall, theilSenSlope } from "../../../src/stats/drift.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

function orders(values: readonly number[]): number[][] {
  return values.length === 0
    ? [[]]
    : values.flatMap((first, i) =>
        orders(values.filter((_, j) => j !== i)).map((rest) => [first, ...rest]),
      );
}

describe("the trend test", () => {
  test("equals the count of all orders of six values", () => {
    const all = orders([1, 2, 3, 4, 5, 6]);
    const scores = all.map((order) => Math.abs(mannKendall(order).s));
    for (const [i, order] of all.entries()) {
      const asStrong = scores.filter((score) => score >= (scores[i] ?? 0)).length;
      expect(mannKendall(order).pValue).toBeCloseTo(asStrong / all.length, 12);
    }
  });

  test("finds a strictly rising series in 2 of n! orders", () => {
    expect(mannKendall([1, 2, 3, 4, 5]).s).toBe(10);
    expect(mannKendall([1, 2, 3, 4, 5]).pValue).toBeCloseTo(2 / 120, 12);
    expect(mannKendall([5, 4, 3, 2, 1]).s).toBe(-10);
  });

  test("finds nothing in equal values and in fewer than two", () => {
    expect(mannKendall([7, 7, 7, 7])).toEqual({ s: 0, pValue: 1 });
    expect(mannKendall([7])).toEqual({ s: 0, pValue: 1 });
  });

  test("gives nearly the same by counting and by the normal curve that takes over at a tie", () => {
    const { normal } = noise(1);
    const values = sample(40, normal).map((value, i) => value + i / 60);
    // The two largest become equal, which takes away at most one pair of 780.
    const [largest, second] = values.toSorted((a, b) => b - a);
    const tied = values.map((value) => (value === largest ? (second ?? value) : value));
    const exact = mannKendall(values).pValue;
    expect(exact).toBeGreaterThan(0.001);
    expect(exact).toBeLessThan(0.5);
    expect(mannKendall(tied).pValue / exact).toBeCloseTo(1, 0);
  });

  test("turns with the order of the series", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 20 }), (values) => {
        const [forth, back] = [mannKendall(values), mannKendall(values.toReversed())];
        expect(back.s + 0).toBe(-forth.s + 0);
        expect(back.pValue).toBe(forth.pValue);
      }),
    );
  });
});

describe("the robust slope", () => {
  test("of a line is its slope, in spite of one wild value", () => {
    const line = sample(11, () => 0).map((_, i) => 3 + 2 * i);
    expect(theilSenSlope(line)).toBe(2);
    line[5] = 1e6;
    expect(theilSenSlope(line)).toBe(2);
  });
});

describe("drift", () => {
  test("is reported with its size, up or down", () => {
    const rising = sample(11, () => 0).map((_, i) => 100 + 2 * i);
    expect(drift(rising)?.relativeChange).toBeCloseTo(20 / 110, 12);
    expect(drift(rising.toReversed())?.relativeChange).toBeCloseTo(-20 / 110, 12);
  });

  test("is not reported when it is certain but small, large but uncertain, or impossible", () => {
    expect(drift(sample(40, () => 0).map((_, i) => 100 + i / 100))).toBeNull();
    expect(drift([100, 150, 200, 250, 300])).toBeNull();
    expect(drift([])).toBeNull();
    expect(drift([1])).toBeNull();
  });

  test("is claimed in at most 1 % of still series", () => {
    const { normal } = noise(2);
    const claimed = countOf(2_000, () => drift(sample(12, () => 100 + 20 * normal())) !== null);
    expect(claimed / 2_000).toBeLessThan(0.017);
    expect(claimed).toBeGreaterThan(0);
  });

  test("in ten thousand trials is found by stretches, with the same size", () => {
    const { normal } = noise(3);
    const long = sample(10_000, () => 0).map((_, i) => 100 + i / 500 + 5 * normal());
    expect(drift(long)?.relativeChange).toBeCloseTo(20 / 110, 2);
  });
});
