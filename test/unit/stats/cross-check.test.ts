/** Our statistics against two independent libraries, over random inputs. */
import betaCdfOf from "@stdlib/stats-base-dists-beta-cdf";
import binomialCdfOf from "@stdlib/stats-base-dists-binomial-cdf";
import hypergeometricPmfOf from "@stdlib/stats-base-dists-hypergeometric-pmf";
import normalQuantileOf from "@stdlib/stats-base-dists-normal-quantile";
import signedRankCdfOf from "@stdlib/stats-base-dists-signrank-cdf";
import studentQuantileOf from "@stdlib/stats-base-dists-t-quantile";
import adjust from "@stdlib/stats-padjust";
import fc from "fast-check";
import {
  linearRegression,
  medianAbsoluteDeviation as madOf,
  median as medianOf,
} from "simple-statistics";
import { describe, expect, test } from "vitest";
import { betaCdf } from "../../../src/stats/beta.ts";
import { binomialCdf } from "../../../src/stats/binomial.ts";
import { fitPowerLaw } from "../../../src/stats/complexity.ts";
import { fisherExact } from "../../../src/stats/fisher.ts";
import { holm } from "../../../src/stats/holm.ts";
import { normalQuantile, studentQuantile } from "../../../src/stats/normal.ts";
import { signedRankCdf } from "../../../src/stats/signed-rank.ts";
import { median, medianAbsoluteDeviation } from "../../../src/stats/summary.ts";

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const shapeParameter = fc.double({ min: 0.5, max: 200, noNaN: true });
const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });

describe("@stdlib agrees", () => {
  test("on the beta distribution", () => {
    fc.assert(
      fc.property(share, shapeParameter, shapeParameter, (x, a, b) => {
        expect(betaCdf(x, a, b)).toBeCloseTo(betaCdfOf(x, a, b), 11);
      }),
    );
  });

  test("on the binomial distribution", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), share, (n, k, p) => {
        expect(binomialCdf(k, n, p)).toBeCloseTo(binomialCdfOf(k, n, p), 11);
      }),
    );
  });

  test("on the quantiles of the normal distribution", () => {
    fc.assert(
      fc.property(share, (p) => {
        expect(normalQuantile(p)).toBeCloseTo(normalQuantileOf(p, 0, 1), 9);
      }),
    );
  });

  test("on the quantiles of Student's t", () => {
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 60 }), (p, degrees) => {
        const expected = studentQuantileOf(p, degrees);
        expect(Math.abs(studentQuantile(p, degrees) - expected)).toBeLessThanOrEqual(
          1e-8 * (1 + Math.abs(expected)),
        );
      }),
    );
  });

  test("on the signed-rank distribution", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.nat(300), (n, w) => {
        expect(signedRankCdf(w, n)).toBeCloseTo(signedRankCdfOf(w, n), 12);
      }),
    );
  });

  test("on Holm's correction", () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 12 }), (pValues) => {
        const expected = adjust(pValues, "holm");
        for (const [index, adjusted] of holm(pValues).entries()) {
          expect(adjusted).toBeCloseTo(expected[index] ?? Number.NaN, 12);
        }
      }),
    );
  });

  test("on the tail that Fisher's test sums", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(40), fc.nat(40), (a, b, c, d) => {
        const [first, second] = [a + b, c + d];
        let tail = 0;
        for (let inSecond = c; inSecond <= Math.min(second, a + c); inSecond++) {
          tail += hypergeometricPmfOf(inSecond, first + second, second, a + c);
        }
        const tested = fisherExact({ failures: a, runs: first }, { failures: c, runs: second });
        expect(tested.secondMore).toBeCloseTo(Math.min(1, tail), 9);
      }),
    );
  });
});

describe("simple-statistics agrees", () => {
  test("on the median and the median absolute deviation", () => {
    fc.assert(
      fc.property(values, (sample) => {
        expect(median(sample)).toBeCloseTo(medianOf(sample), 6);
        expect(medianAbsoluteDeviation(sample)).toBeCloseTo(madOf(sample), 6);
      }),
    );
  });

  test("on the line through the logarithms of sizes and costs", () => {
    const point = fc.record({
      size: fc.integer({ min: 1, max: 1_000_000 }),
      cost: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(point, { selector: ({ size }) => size, minLength: 3, maxLength: 30 }),
        (points) => {
          const line = linearRegression(
            points.map(({ size, cost }) => [Math.log(size), Math.log(cost)]),
          );
          const law = fitPowerLaw(points);
          expect(Math.abs((law?.exponent ?? Number.NaN) - line.m)).toBeLessThanOrEqual(
            1e-6 * (1 + Math.abs(line.m)),
          );
        },
      ),
    );
  });
});
