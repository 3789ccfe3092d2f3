/** The distributions against figures of SciPy 1.17 and against exact arithmetic. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaCdf, betaQuantile } from "../../../src/stats/beta.ts";
import { binomialCdf, binomialPmf } from "../../../src/stats/binomial.ts";
import { logChoose, logGamma } from "../../../src/stats/gamma.ts";
import {
  fUpperTail,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from "../../../src/stats/normal.ts";

/** Equal to within a relative error: `toBeCloseTo` cannot judge tails. */
function expectRelative(actual: number, expected: number, error = 1e-11): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(error * Math.abs(expected));
}

describe("the gamma function", () => {
  test.each([
    [0.5, 0.5723649429247],
    [2.5, 0.2846828704729192],
    [10, 12.801827480081469],
    [171.3, 708.1149470389971],
    [1e5, 1051287.7089736569],
  ])("of %d has the known logarithm", (x, expected) => {
    expectRelative(logGamma(x), expected, 1e-13);
  });

  test("counts choices as exact arithmetic does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(300), (n, k) => {
        fc.pre(k <= n);
        expectRelative(Math.exp(logChoose(n, k)), Number(choose(n, k)), 1e-11);
      }),
    );
  });
});

describe("the beta distribution", () => {
  test.each([
    [0.3, 2, 5, 0.5798250000000003],
    [0.999, 0.5, 0.5, 0.9798649583666235],
    [0.02, 3, 400, 0.9872924826327014],
    [0.5, 1000, 1000, 0.5],
    [1e-6, 0.5, 20, 0.005014795744380478],
  ])("below %d with shapes %d and %d is known", (x, a, b, expected) => {
    expectRelative(betaCdf(x, a, b), expected);
  });

  test.each([
    [2, 5, 0.5818034092520259],
    [0.5, 0.5, 0.9938441702975689],
    [3, 400, 0.015577709759688248],
    [1000, 1000, 0.5183861012970368],
  ])("with shapes %d and %d has the known 95 % quantile", (a, b, expected) => {
    expectRelative(betaQuantile(0.95, a, b), expected);
  });

  test("is a mirror image of itself with the shapes exchanged", () => {
    const shape = fc.double({ min: 0.5, max: 500, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (x, a, b) => {
        expect(betaCdf(x, a, b) + betaCdf(1 - x, b, a)).toBeCloseTo(1, 10);
      }),
    );
  });

  test("stays within its bounds at the ends", () => {
    expect([betaCdf(-1, 2, 3), betaCdf(0, 2, 3), betaCdf(1, 2, 3), betaCdf(2, 2, 3)]).toEqual([
      0, 0, 1, 1,
    ]);
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  });
});

describe("the binomial distribution", () => {
  test.each([
    [0, 6, 0.5, 0.015625, 0.015625],
    [3, 10, 0.5, 0.171875, 0.1171875],
    [2, 299, 0.01, 0.4243156161107722, 0.22516985710279566],
    [500, 1000, 0.5, 0.5126125090891802, 0.025225018178360804],
    [7, 8, 0.9, 0.5695327899999999, 0.38263752],
  ])("at %d of %d with probability %d is known", (k, n, p, atMost, exactly) => {
    expectRelative(binomialCdf(k, n, p), atMost);
    expectRelative(binomialPmf(k, n, p), exactly);
  });

  test("is the sum of its single probabilities", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(60),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, k, p) => {
          fc.pre(k <= n);
          let total = 0;
          for (let i = 0; i <= k; i++) total += binomialPmf(i, n, p);
          expect(binomialCdf(k, n, p)).toBeCloseTo(total, 10);
        },
      ),
    );
  });
});

describe("the normal distribution", () => {
  test.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.96, 0.024997895148220435],
    [2.999, 0.9986456634662729],
    [3.001, 0.998654527174915],
    [-8, 6.22096057427174e-16],
    [-20, 2.7536241186061556e-89],
  ])("below %d is known, far tails too", (z, expected) => {
    expectRelative(normalCdf(z), expected);
  });

  test.each([
    [0.025, -1.9599639845400545],
    [1e-10, -6.361340902404056],
    [0.0005, -3.2905267314918945],
    [0.999, 3.090232306167813],
  ])("has the known quantile at %d", (p, expected) => {
    expectRelative(normalQuantile(p), expected);
  });

  test("has no quantile beyond its ends but infinity, and none of NaN", () => {
    expect([normalQuantile(0), normalQuantile(1), normalCdf(-50), normalCdf(50)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      0,
      1,
    ]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe("Student's t and F", () => {
  test.each([
    [2, 5, 0.9490302605850708],
    [-1.5, 1, 0.18716704181099886],
    [0, 3, 0.5],
    [12.7, 2, 0.9969285292002021],
  ])("t below %d with %d degrees is known", (t, degrees, expected) => {
    expectRelative(studentCdf(t, degrees), expected);
  });

  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 4, 2.7764451051977934],
    [0.005, 10, -3.1692726726169504],
    [0.9995, 30, 3.6459586350420627],
  ])("t has the known quantile at %d with %d degrees", (p, degrees, expected) => {
    expectRelative(studentQuantile(p, degrees), expected, 1e-9);
  });

  test.each([
    [4, 2, 3, 0.14242717305466185],
    [1, 2, 10, 0.4018775720164609],
    [0.5, 2, 1, Math.SQRT1_2],
    [0, 2, 4, 1],
  ])("F beyond %d with %d and %d degrees is known", (f, numerator, denominator, expected) => {
    expectRelative(fUpperTail(f, numerator, denominator), expected);
  });
});

function choose(n: number, k: number): bigint {
  let ways = 1n;
  for (let i = 1n; i <= BigInt(k); i++) ways = (ways * (BigInt(n) - i + 1n)) / i;
  return ways;
}
