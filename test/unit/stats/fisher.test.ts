/** Fisher's exact test against exact arithmetic and worked examples. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arm, fisherExact } from "../../../src/stats/fisher.ts";

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) {
    return 0n;
  }
  let result = 1n;
  for (let i = 0; i < k; i++) {
    result = (result * BigInt(n - i)) / BigInt(i + 1);
  }
  return result;
}

/** Both p-values by whole numbers only. */
function byWholeNumbers(first: Arm, second: Arm) {
  const failures = first.failures + second.failures;
  const ways = Array.from(
    { length: failures + 1 },
    (_, inSecond) => choose(second.runs, inSecond) * choose(first.runs, failures - inSecond),
  );
  const observed = ways[second.failures] ?? 0n;
  const total = (counts: readonly bigint[]) => counts.reduce((sum, count) => sum + count, 0n);
  const share = (counts: readonly bigint[]) => Number(total(counts)) / Number(total(ways));
  return {
    twoSided: share(ways.filter((count) => count <= observed)),
    secondMore: share(ways.slice(second.failures)),
  };
}

const arm = fc
  .integer({ min: 0, max: 60 })
  .chain((runs) =>
    fc.record({ runs: fc.constant(runs), failures: fc.integer({ min: 0, max: runs }) }),
  );

describe("Fisher's exact test", () => {
  test("of the lady who tastes tea is 34/70, and 17/70 one-sided", () => {
    const { twoSided, secondMore } = fisherExact(
      { failures: 1, runs: 4 },
      { failures: 3, runs: 4 },
    );
    expect(twoSided).toBeCloseTo(34 / 70, 12);
    expect(secondMore).toBeCloseTo(17 / 70, 12);
  });

  test("of 0 against 6 failures in 50 runs each is about 0.027", () => {
    const { twoSided, secondMore } = fisherExact(
      { failures: 0, runs: 50 },
      { failures: 6, runs: 50 },
    );
    expect(twoSided).toBeCloseTo(2 * secondMore, 12);
    expect(secondMore).toBeCloseTo(Number(choose(50, 6)) / Number(choose(100, 6)), 12);
  });

  test("equals whole-number arithmetic for every small table", () => {
    fc.assert(
      fc.property(arm, arm, (first, second) => {
        const exact = byWholeNumbers(first, second);
        const { twoSided, secondMore } = fisherExact(first, second);
        expect(twoSided).toBeCloseTo(exact.twoSided, 10);
        expect(secondMore).toBeCloseTo(exact.secondMore, 10);
      }),
    );
  });

  test("does not care which arm comes first when both sides count", () => {
    fc.assert(
      fc.property(arm, arm, (first, second) => {
        expect(fisherExact(first, second).twoSided).toBeCloseTo(
          fisherExact(second, first).twoSided,
          10,
        );
      }),
    );
  });

  test("refuses more failures than runs", () => {
    expect(() => fisherExact({ failures: 3, runs: 2 }, { failures: 0, runs: 2 })).toThrow(
      "3 failures in 2 runs",
    );
  });
});
