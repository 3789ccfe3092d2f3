/** Single trials that do not belong: found on either side, and rarely claimed in plain noise. */
import { describe, expect, test } from "vitest";
import { outliers, slowFirst } from "../../../src/stats/outliers.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

const QUIET = [100, 98.5, 101.5, 97, 103, 99.5, 102, 99];

describe("outliers", () => {
  test("are found with their place and their distance, in either direction", () => {
    const found = outliers([...QUIET, 160, ...QUIET, 40]);
    expect(found.map(({ index, value }) => [index, value])).toEqual([
      [8, 160],
      [17, 40],
    ]);
    expect(found[0]?.score).toBeGreaterThan(10);
    expect(found[1]?.score).toBeLessThan(-10);
  });

  test("are not those that are close, however tight the rest is", () => {
    expect(outliers([100, 100.01, 99.99, 100.02, 99.98, 100, 104])).toEqual([]);
  });

  test("do not exist among fewer than six values, nor among equal ones", () => {
    expect(outliers([1, 1.1, 0.9, 1, 50])).toEqual([]);
    expect(outliers([5, 5, 5, 5, 5, 5, 5])).toEqual([]);
  });

  test.each([6, 8, 12, 20, 50])(
    "accuse about one normal sample of a hundred with %d values",
    (n) => {
      const { normal } = noise(n);
      const runs = 2000;
      const accused = countOf(
        runs,
        () => outliers(sample(n, () => 100 * Math.exp(0.05 * normal()))).length > 0,
      );
      // Three standard errors of 2,000 draws are 0.7 %.
      expect(accused / runs).toBeLessThan(0.02);
    },
  );
});

describe("a slow first trial", () => {
  test("is told by its ratio to the rest, for times and for rates", () => {
    expect(slowFirst([200, ...QUIET], "higher")).toBe(200 / 99.75);
    expect(slowFirst([50, ...QUIET], "lower")).toBe(50 / 99.75);
  });

  test("is not one that is fast, close, or one of too few", () => {
    expect(slowFirst([50, ...QUIET], "higher")).toBeNull();
    expect(slowFirst([104, ...QUIET], "higher")).toBeNull();
    expect(slowFirst([200, 100, 101, 99, 100], "higher")).toBeNull();
  });

  test("is claimed for less than one cell of a hundred without it", () => {
    const { normal } = noise(2);
    const runs = 3000;
    const accused = countOf(
      runs,
      () =>
        slowFirst(
          sample(8, () => 100 * Math.exp(0.05 * normal())),
          "higher",
        ) !== null,
    );
    expect(accused / runs).toBeLessThan(0.01);
  });
});
