/** Welch's test and the prediction limit against published values. */
import { describe, expect, test } from "vitest";
import { upperPredictionLimit, welchTest } from "../../../src/stats/welch.ts";

/** Student's sleep data, as R ships it: `t.test(extra ~ group, data = sleep)`. */
const DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("welchTest", () => {
  test("agrees with R on the sleep data", () => {
    const { difference, interval, pValue } = welchTest(DRUG_1, DRUG_2);
    expect(difference).toBeCloseTo(1.58, 12);
    expect(pValue).toBeCloseTo(0.07939, 5);
    expect(interval.low).toBeCloseTo(-0.2054832, 6);
    expect(interval.high).toBeCloseTo(3.3654832, 6);
  });

  test("is the same with both samples exchanged, but for the sign", () => {
    const [there, back] = [welchTest(DRUG_1, DRUG_2), welchTest(DRUG_2, DRUG_1)];
    expect(back.difference).toBeCloseTo(-there.difference, 12);
    expect(back.pValue).toBeCloseTo(there.pValue, 12);
  });

  test("takes samples without spread at their word", () => {
    expect(welchTest([2, 2], [2, 2]).pValue).toBe(1);
    expect(welchTest([2, 2], [3, 3])).toEqual({
      difference: 1,
      interval: { low: 1, high: 1 },
      pValue: 0,
    });
  });

  test("refuses a sample of one", () => {
    expect(() => welchTest([1], [1, 2])).toThrow("fewer than two");
  });
});

describe("upperPredictionLimit", () => {
  test("is mean + t(0.99; 4) · s · √(1 + 1/5) for five values", () => {
    // t(0.99; 4) = 3.746947 by every printed table; s² = 2.5.
    expect(upperPredictionLimit([1, 2, 3, 4, 5], 0.99)).toBeCloseTo(
      3 + 3.746947388 * Math.sqrt(2.5 * 1.2),
      6,
    );
  });
});
