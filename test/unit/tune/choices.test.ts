/** What is taken: the shipped value within noise of the best, else the simplest that is. */
import { expect, test } from "vitest";
import { choosePollInterval } from "../../../src/tune/poll-choice.ts";
import { simplestWithinNoise } from "../../../src/tune/simplest.ts";
import { chooseThreshold } from "../../../src/tune/threshold-choice.ts";

const around = (cost: number): number[] => [0.98, 0.99, 1, 1.01, 1.02, 1.03].map((f) => cost * f);

const value = (number: number, cost: number) => ({
  value: number,
  label: `${number}`,
  costs: around(cost),
});

test("the shipped value is kept while it is within 5 % of the best", () => {
  const choice = simplestWithinNoise([value(100, 10), value(1_000, 10.3), value(5_000, 30)], 1_000);
  expect(choice?.chosen.value).toBe(1_000);
  expect(choice?.best.value).toBe(100);
});

test("noise keeps the shipped value, and is no reason to take another one than those near the best", () => {
  const noisy = (number: number, cost: number) => ({
    value: number,
    label: `${number}`,
    costs: [0.7, 0.8, 0.9, 1.1, 1.2, 1.3].map((f) => cost * f),
  });
  const values = [noisy(50, 10.8), noisy(100, 10.2), noisy(200, 10)];
  expect(simplestWithinNoise([...values, noisy(1_000, 12)], 1_000)?.chosen.value).toBe(1_000);
  expect(simplestWithinNoise([...values, noisy(1_000, 40)], 1_000)?.chosen.value).toBe(100);
});

test("a shipped value that is surely slower gives way to the smallest within 5 % of the best", () => {
  const choice = simplestWithinNoise(
    [value(100, 20), value(500, 10.1), value(1_000, 30), value(5_000, 10)],
    1_000,
  );
  expect(choice?.chosen.value).toBe(500);
  expect(choice?.shippedToBest.ratio).toBeCloseTo(3, 1);
  expect(choice?.candidates.map((one) => one.value)).toEqual([100, 500, 1_000, 5_000]);
});

test("without trials of the shipped value nothing is chosen", () => {
  expect(simplestWithinNoise([value(100, 10), value(200, 10)], 1_000)).toBeNull();
  expect(simplestWithinNoise([value(1_000, 10)], 1_000)).toBeNull();
});

const question = {
  small: "values",
  large: "temp-table",
  picksLarge: (rows: number, threshold: number) => rows > threshold,
};

/** Equal at 1,000 rows. */
const points = [10, 100, 1_000, 10_000].map((rows) => ({
  rows,
  dagSize: rows,
  small: around(rows),
  large: around(900 + rows / 10),
}));

test("a threshold near the crossing is kept, one far from it is moved there", () => {
  expect(chooseThreshold(question, points, 2_000)).toMatchObject({
    verdict: "kept",
    chosen: 2_000,
  });
  const low = chooseThreshold(question, points, 50);
  expect(low).toMatchObject({ verdict: "changed", chosen: 1_000 });
  expect(low?.shippedToBest.ratio).toBeCloseTo(9.1, 0);
  expect(chooseThreshold(question, points, 1e6)).toMatchObject({
    verdict: "changed",
    chosen: 1_000,
  });
});

test("a threshold whose larger way is always ahead goes to 0, and the other way to the largest size measured", () => {
  const swapped = points.map(({ small, large, ...rest }) => ({
    ...rest,
    small: large.map((cost) => cost + 1e6),
    large: small,
  }));
  expect(chooseThreshold(question, swapped, 2_000)).toMatchObject({
    verdict: "changed",
    chosen: 0,
  });
  const never = points.map((point) => ({ ...point, large: around(1e6) }));
  expect(chooseThreshold(question, never, 2_000)).toMatchObject({
    verdict: "changed",
    chosen: 10_000,
  });
});

test("too few trials decide nothing", () => {
  const few = points.map((point) => ({ ...point, small: [1, 2], large: [3, 4] }));
  expect(chooseThreshold(question, few, 2_000)?.verdict).toBe("unknown");
});

test("the backstop poll is kept while it is free, and shortened to nothing that costs", () => {
  const polls = (pollIntervalMs: number | null, wakeMs: number, idleCpuPct: number) => ({
    pollIntervalMs,
    wakeMs: around(wakeMs),
    idleCpuPct: around(idleCpuPct),
  });
  const workers = [polls(null, 2, 0.1), polls(1, 3, 9), polls(20, 22, 0.3), polls(1_000, 900, 0.1)];
  const kept = choosePollInterval(workers, 1_000);
  expect(kept).toMatchObject({ verdict: "kept", chosen: 1_000 });
  expect(kept?.reason).toContain("is 20 ms");
  // What is shipped wakes by notices, whatever the interval: they stand against the quickest poll.
  expect(kept?.shippedToBest.ratio).toBeCloseTo(2 / 3, 1);
  const costly = choosePollInterval(workers, 1);
  expect(costly).toMatchObject({ verdict: "changed", chosen: 20 });
  expect(costly?.reason).toContain("1 ms costs 8.9");
  expect(choosePollInterval(workers.slice(1), 1_000)).toBeNull();
});
