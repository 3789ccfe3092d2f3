import { expect, test } from "vitest";
import type { HistorySeries } from "../../../src/results/history.ts";
import { trendOf } from "../../../src/results/history-trend.ts";
import { seededRandom } from "../../../src/runner/seeded-random.ts";

function series(medians: readonly number[], metric = "submitRowsPerS"): HistorySeries {
  return {
    scenario: "submit",
    metric,
    parameters: {},
    machine: "one",
    points: medians.map((median, place) => ({
      runId: `run-${place}`,
      startedAt: `2025-03-${String(place + 1).padStart(2, "0")}T12:00:00.000Z`,
      commit: `commit-${place}`,
      value: { median, ciLow: null, ciHigh: null, n: 1 },
    })),
  };
}

const wobble = (level: number, runs: number): number[] =>
  Array.from({ length: runs }, (_, place) => level * (1 + 0.01 * Math.sin(place * 7)));

const changesOf = (one: HistorySeries) => trendOf(one, seededRandom(1)).changes;

test("a step is told with the first run on the new level, the ratio, and whether it is better", () => {
  const steps = [...wobble(100, 8), ...wobble(80, 8)];
  const [change, ...more] = changesOf(series(steps));
  expect(more).toEqual([]);
  expect(change).toMatchObject({ index: 8, runId: "run-8", commit: "commit-8", better: false });
  expect(change?.ratio).toBeCloseTo(0.8, 2);
  expect(changesOf(series(steps, "submitMs"))[0]).toMatchObject({ better: true });
  expect(changesOf(series(steps, "jobs"))[0]).toMatchObject({ better: null });
});

test("a steady history, and one of too few runs, have no step", () => {
  expect(changesOf(series(wobble(100, 16)))).toEqual([]);
  expect(changesOf(series([100, 100, 100, 100, 50, 50, 50, 50, 50]))).toEqual([]);
});

test("figures of zero have no ratio, and are still shown", () => {
  const trend = trendOf(series([0, 0, 5]), seededRandom(1));
  expect(trend).toMatchObject({ ratio: null, changes: [] });
  expect(trend.points).toHaveLength(3);
});
