/** Crossings: found where they were planted, told apart from noise, and narrowed by bisection. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  crossoverOf,
  nextSize,
  roundThreshold,
  type SizePoint,
} from "../../../src/tune/crossover.ts";

/** Six trials around a cost, all different. */
const around = (cost: number): number[] => [0.98, 0.99, 1, 1.01, 1.02, 1.03].map((f) => cost * f);

/** `small` costs 1 µs a row; `large` costs `fixed` and a tenth of it. They are equal at fixed / 0.9 rows. */
function planted(fixed: number, sizes: readonly number[]): SizePoint[] {
  return sizes.map((rows) => ({
    rows,
    dagSize: rows,
    small: around(rows),
    large: around(fixed + rows / 10),
  }));
}

test("a planted crossing is found between the sizes around it", () => {
  const found = crossoverOf("values", "temp-table", planted(900, [10, 100, 1_000, 10_000]));
  expect(found).toMatchObject({ kind: "crosses", small: "values", large: "temp-table" });
  expect(found.low).toBe(100);
  expect(found.high).toBe(10_000);
  expect(found.rows).toBeGreaterThan(100);
  expect(found.rows).toBeLessThan(10_000);
});

test("bisection closes in on any planted crossing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 8_000 }), (fixed) => {
      const sizes = [10, 100, 1_000, 10_000];
      for (let round = 0; round < 12; round++) {
        const next = nextSize(planted(fixed, sizes));
        if (next === null) break;
        sizes.push(next);
      }
      const { kind, rows } = crossoverOf("a", "b", planted(fixed, sizes));
      expect(kind).toBe("crosses");
      expect(Math.abs(Math.log((rows ?? 0) / (fixed / 0.9)))).toBeLessThan(Math.log(1.25));
    }),
    { numRuns: 60 },
  );
});

test("where one way is ahead everywhere there is no crossing and nothing to bisect", () => {
  const always = planted(1e9, [10, 100, 1_000]);
  expect(crossoverOf("a", "b", always)).toMatchObject({ kind: "small-always", rows: null });
  expect(nextSize(always)).toBeNull();
  const never = always.map((point) => ({ ...point, small: point.large, large: point.small }));
  expect(crossoverOf("a", "b", never)).toMatchObject({ kind: "large-always", rows: null });
});

test("equal ways are not told apart", () => {
  const equal = [10, 100].map((rows) => ({
    rows,
    dagSize: rows,
    small: around(rows),
    large: around(rows),
  }));
  expect(crossoverOf("a", "b", equal)).toMatchObject({ kind: "not-told-apart", rows: null });
});

test("a threshold is rounded to 1, 2 or 5 times a power of ten", () => {
  expect([90, 100, 140, 160, 300, 340, 730].map(roundThreshold)).toEqual([
    100, 100, 100, 200, 200, 500, 1_000,
  ]);
});
