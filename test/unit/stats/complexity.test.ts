/** Power laws and knees: exact on exact data, equivariant, and honest under noise. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findKnee, fitPowerLaw } from "../../../src/stats/complexity.ts";
import { countOf, noise } from "../../support/stats/noise.ts";

const sizes = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];

/** Costs that grow linearly up to `bend` and with the given exponent beyond it. */
function bent(bend: number, exponent: number, wobble: () => number = () => 0) {
  return sizes.map((size) => ({
    size,
    cost: (size <= bend ? size : bend * (size / bend) ** exponent) * Math.exp(wobble()),
  }));
}

describe("a power law", () => {
  test("is found exactly in exact data", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 3, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (exponent, factor) => {
          const law = fitPowerLaw(sizes.map((size) => ({ size, cost: factor * size ** exponent })));
          expect(law?.exponent).toBeCloseTo(exponent, 9);
          expect((law?.factor ?? Number.NaN) / factor).toBeCloseTo(1, 6);
          expect(law?.interval?.low).toBeCloseTo(exponent, 6);
          expect(law?.interval?.high).toBeCloseTo(exponent, 6);
        },
      ),
    );
  });

  test("keeps its exponent when the units of size and cost change", () => {
    const { normal } = noise(1);
    const points = bent(100_000, 1, () => 0.1 * normal());
    const plain = fitPowerLaw(points);
    const scaled = fitPowerLaw(
      points.map(({ size, cost }) => ({ size: size * 8, cost: cost / 3 })),
    );
    expect(scaled?.exponent).toBeCloseTo(plain?.exponent ?? Number.NaN, 9);
    expect(scaled?.interval?.low).toBeCloseTo(plain?.interval?.low ?? Number.NaN, 9);
  });

  test("needs two sizes, and three points for an interval", () => {
    const [one, two] = bent(100_000, 1);
    expect(fitPowerLaw([])).toBeNull();
    expect(one && fitPowerLaw([one, { ...one, cost: 7 }])).toBeNull();
    expect(one && two && fitPowerLaw([one, two])?.exponent).toBeCloseTo(1, 12);
    expect(one && two && fitPowerLaw([one, two])?.interval).toBeNull();
  });

  test("has an interval that covers the exponent in 95 % of samples", () => {
    const { normal } = noise(2);
    const covered = countOf(2_000, () => {
      const law = fitPowerLaw(bent(100_000, 1, () => 0.2 * normal()));
      return (law?.interval?.low ?? 2) <= 1 && 1 <= (law?.interval?.high ?? 0);
    });
    // Three standard errors of 2,000 samples are 1.5 %.
    expect(Math.abs(covered / 2_000 - 0.95)).toBeLessThan(0.015);
  });
});

describe("a knee", () => {
  test("is found where the exponent changes, with both exponents", () => {
    const { normal } = noise(3);
    const knee = findKnee(bent(3_000, 2, () => 0.02 * normal()));
    expect(knee?.size).toBe(3_000);
    expect(knee?.exponentBefore).toBeCloseTo(1, 1);
    expect(knee?.exponentAfter).toBeCloseTo(2, 1);
    expect(knee?.pValue).toBeLessThan(0.001);
  });

  test("is found in data without any noise", () => {
    expect(findKnee(bent(1_000, 1.5))).toMatchObject({ size: 1_000 });
  });

  test("is not found in an exact power law, in a small change, or in five points", () => {
    expect(findKnee(bent(100_000, 1))).toBeNull();
    expect(findKnee(bent(3_000, 1.1))).toBeNull();
    expect(findKnee(bent(1_000, 2).slice(0, 5))).toBeNull();
  });

  test("is claimed in at most 1 % of noisy straight lines", () => {
    const { normal } = noise(4);
    const claimed = countOf(2_000, () => findKnee(bent(100_000, 1, () => 0.2 * normal())) !== null);
    // Three standard errors above 1 % are 1.7 %.
    expect(claimed / 2_000).toBeLessThan(0.017);
  });
});
