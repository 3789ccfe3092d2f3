/** The signed-rank distribution against counting every sign pattern, and against printed tables. */
import { describe, expect, test } from "vitest";
import { signedRankCdf, signedRankCritical } from "../../../src/stats/signed-rank.ts";

/** The share of all 2^n sign patterns whose positive ranks sum to at most w. */
function shareByEnumeration(w: number, n: number): number {
  let reached = 0;
  for (let pattern = 0; pattern < 2 ** n; pattern++) {
    let rankSum = 0;
    for (let rank = 1; rank <= n; rank++) {
      rankSum += (pattern >> (rank - 1)) & 1 ? rank : 0;
    }
    reached += rankSum <= w ? 1 : 0;
  }
  return reached / 2 ** n;
}

describe("the signed-rank distribution", () => {
  test.each([1, 2, 5, 8, 12])("of %i pairs equals the count of all sign patterns", (n) => {
    const all = Array.from({ length: (n * (n + 1)) / 2 + 1 }, (_, w) => w);
    expect(all.map((w) => signedRankCdf(w, n))).toEqual(all.map((w) => shareByEnumeration(w, n)));
  });

  test("is 0 below and 1 above its range, and a step between whole numbers", () => {
    expect(signedRankCdf(-1, 8)).toBe(0);
    expect(signedRankCdf(0, 8)).toBe(1 / 256);
    expect(signedRankCdf(0.9, 8)).toBe(1 / 256);
    expect(signedRankCdf(36, 8)).toBe(1);
    expect(signedRankCdf(1_000, 8)).toBe(1);
  });

  test.each([1, 7, 32, 50])("of %i pairs is symmetric about its middle", (n) => {
    const largest = (n * (n + 1)) / 2;
    for (let w = 0; w < largest; w++) {
      expect(signedRankCdf(w, n) + signedRankCdf(largest - w - 1, n)).toBeCloseTo(1, 12);
    }
  });

  test.each([
    [6, 0],
    [8, 3],
    [10, 8],
    [12, 13],
    [16, 29],
    [20, 52],
    [25, 89],
    [30, 137],
  ])("of %i pairs has the tabled 5 %% two-sided critical value %i", (n, critical) => {
    expect(signedRankCritical(n, 0.025)).toBe(critical);
  });

  test("has no critical value where even the most extreme pattern is too likely", () => {
    expect(signedRankCritical(5, 0.025)).toBeNull();
    expect(signedRankCritical(8, 1 / 257)).toBeNull();
    expect(signedRankCritical(8, 1 / 256)).toBe(0);
    expect(signedRankCritical(3, 1)).toBe(6);
  });

  test.each([0, 51, 2.5])("refuses %d pairs", (n) => {
    expect(() => signedRankCdf(1, n)).toThrow(`${n} pairs are outside 1…50`);
  });
});
