/** Holm's correction: worked examples, laws, and the family error by simulation. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holm } from "../../../src/stats/holm.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe("Holm's correction", () => {
  test("of a worked example keeps the order given", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) {
      expect(adjusted[index]).toBeCloseTo(expected, 12);
    }
  });

  test("leaves one p-value and none as they are", () => {
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([])).toEqual([]);
  });

  test("never lowers a p-value, never exceeds Bonferroni or 1, and keeps their order", () => {
    fc.assert(
      fc.property(pValues, (given) => {
        const adjusted = holm(given);
        const pairs = given.map((p, i) => ({ p, q: adjusted[i] ?? Number.NaN }));
        for (const { p, q } of pairs) {
          expect(q).toBeGreaterThanOrEqual(p);
          expect(q).toBeLessThanOrEqual(Math.min(1, given.length * p));
        }
        for (const { p, q } of pairs) {
          for (const other of pairs) {
            expect(p <= other.p ? q <= other.q : q >= other.q).toBe(true);
          }
        }
      }),
    );
  });

  test("makes a false rejection among ten true nulls in at most 5 % of families", () => {
    const { uniform } = noise(7);
    const families = 4_000;
    const wrong = countOf(families, () => Math.min(...holm(sample(10, uniform))) <= 0.05);
    // The exact rate is 1 − 0.995¹⁰ = 4.9 %.
    expect(wrong / families).toBeGreaterThan(0.04);
    expect(wrong / families).toBeLessThan(0.06);
  });
});
