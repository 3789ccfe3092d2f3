/** Charts of what a trial sampled along the jobs that passed. */
import { expect, test } from "vitest";
import { chartsOf } from "../../../../src/report/chart/charts-of.ts";
import { pageData } from "../../../../src/report/html/page-data.ts";
import type { Cell, Result } from "../../../../src/results/result.ts";
import { buildResult, okCell } from "../../../support/results/build-result.ts";

const SAMPLES = [0, 1, 2, 3];
const series = Object.fromEntries(
  Object.entries({ doneJobs: 25, dbBytes: 1000, walBytes: 10, rssBytes: 1e6, passMs: 5 }).map(
    ([name, step]) => [name, SAMPLES.map((i) => [i, step * (i + 1)] as [number, number])],
  ),
);

/** Two trials, the first of which was spoiled by others and does not count. */
function growthCell(window: number): Cell {
  const cell = okCell({
    scenario: "growth",
    parameters: { jobs: 100, window },
    metrics: { passedJobsPerS: 1000 },
    trials: 2,
  });
  const [spoiled, good] = cell.trials;
  if (spoiled === undefined || good === undefined) throw new Error("two trials are asked for");
  return {
    ...cell,
    trials: [
      { ...spoiled, spoiled: true },
      { ...good, series },
    ],
  };
}

const overJobs = (result: Result) => chartsOf(result).filter(({ id }) => id.includes("over-jobs"));

test("sizes and latency are lines along the jobs that have ended, a pair of charts for each cell", () => {
  const charts = overJobs(buildResult([growthCell(10), growthCell(20)]));
  expect(charts.map(({ id, title }) => [id, title])).toEqual([
    ["growth-bytes-over-jobs", "Growth: bytes over the jobs that have passed, window 10"],
    ["growth-latency-over-jobs", "Growth: latency over the jobs that have passed, window 10"],
    ["growth-bytes-over-jobs-2", "Growth: bytes over the jobs that have passed, window 20"],
    ["growth-latency-over-jobs-2", "Growth: latency over the jobs that have passed, window 20"],
  ]);
  const [bytes] = charts;
  const lines = bytes?.config.data.datasets ?? [];
  expect(lines.map(({ label }) => label)).toEqual([
    "database file",
    "write-ahead log",
    "memory of the process",
  ]);
  expect(lines[1]?.data.map(({ x, y }) => [x, y])).toEqual([
    [25, 10],
    [50, 20],
    [75, 30],
    [100, 40],
  ]);
});

test("the page carries the one trial that is drawn, without its figures, and draws the same", () => {
  const result = buildResult([growthCell(10)]);
  const data = pageData(result);
  expect(data.cells.flatMap(({ trials }) => trials)).toMatchObject([{ metrics: {}, series }]);
  expect(overJobs(data).map(({ config }) => config.data)).toEqual(
    overJobs(result).map(({ config }) => config.data),
  );
});

test("a scenario that samples nothing along its jobs has no such chart", () => {
  expect(overJobs(buildResult([{ ...growthCell(10), trials: [] }]))).toEqual([]);
});
