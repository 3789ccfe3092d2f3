/** Changes of scatter: found when large, indifferent to level, and rarely claimed without one. */
import { describe, expect, test } from "vitest";
import { spreadChange } from "../../../src/stats/spread.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

describe("a change of scatter", () => {
  test("is found when the noise grows fivefold, and when it shrinks", () => {
    const { normal } = noise(1);
    const calm = sample(30, () => 100 + normal());
    const wild = sample(30, () => 100 + 5 * normal());
    const grown = spreadChange(calm, wild);
    const shrunk = spreadChange(wild, calm);
    expect(grown?.ratio).toBeGreaterThan(3);
    expect(grown?.ratio).toBeLessThan(8);
    expect(shrunk?.ratio).toBeCloseTo(1 / (grown?.ratio ?? Number.NaN), 12);
    expect(grown?.pValue).toBeLessThan(0.01);
  });

  test("is not seen in a change of level alone", () => {
    const { normal } = noise(2);
    const before = sample(30, () => 100 + normal());
    expect(
      spreadChange(
        before,
        before.map((value) => value + 50),
      ),
    ).toBeNull();
  });

  test("from no scatter at all is infinite", () => {
    const { normal } = noise(3);
    const wild = sample(12, () => 100 + normal());
    expect(spreadChange(new Array(12).fill(100), wild)?.ratio).toBe(Number.POSITIVE_INFINITY);
    expect(spreadChange(new Array(12).fill(100), new Array(12).fill(7))).toBeNull();
  });

  test("is not judged with fewer than 6 values on a side", () => {
    expect(spreadChange([1, 1, 1, 1, 1], [-99, -50, 0, 40, 80, 100, 120])).toBeNull();
  });

  test("is claimed in at most 1 % of unchanged samples", () => {
    const { normal } = noise(4);
    const claimed = countOf(
      500,
      () => spreadChange(sample(10, normal), sample(10, normal)) !== null,
    );
    // Three standard errors above 1 % are 2.3 %.
    expect(claimed / 500).toBeLessThan(0.023);
  });
});
