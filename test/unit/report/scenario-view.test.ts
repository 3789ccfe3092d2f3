import { expect, test } from "vitest";
import { cellLabel } from "../../../src/report/parameters.ts";
import { scenarioViews } from "../../../src/report/scenario-view.ts";
import { buildResult, emptyCell, okCell } from "../../support/results/build-result.ts";
import { defaultRun, sizeSweep } from "../../support/results/fixtures.ts";

test("cells of different work are never ranked against each other", () => {
  const [view] = scenarioViews(sizeSweep());
  const winners = view?.groups.map(({ work, rows }) => [
    work,
    rows.filter((row) => row.winner).map((row) => row.cell.parameters),
  ]);
  const appender = (dagSize: number) => [{ shape: "random", dagSize, strategy: "appender" }];
  expect(winners).toEqual([
    ["DAG size 1,000", [{ shape: "random", dagSize: 1000, strategy: "values", chunkSize: 1000 }]],
    ["DAG size 10,000", appender(10_000)],
    ["DAG size 100,000", appender(100_000)],
    ["DAG size 1,000,000", appender(1_000_000)],
  ]);
});

test("only a cell whose interval overlaps the winner's is tied", () => {
  const drain = scenarioViews(defaultRun()).find(({ scenario }) => scenario === "drain");
  const tied = drain?.groups[0]?.rows.filter((row) => row.tied);
  expect(tied?.map(({ cell }) => cellLabel(cell, ["claimBatch", "wake"]))).toEqual([
    "claim batch 1,000, notify",
  ]);
});

test("cells without a value come last, in the order of the run, and have no ratio", () => {
  const cells = [
    emptyCell("skipped", { strategy: "row" }, "budget"),
    okCell({ parameters: { strategy: "values" }, metrics: { submitRowsPerS: 100 } }),
    emptyCell("failed", { strategy: "unnest" }, "no memory"),
    okCell({ parameters: { strategy: "appender" }, metrics: { submitRowsPerS: 250 } }),
  ];
  const rows = scenarioViews(buildResult(cells))[0]?.groups[0]?.rows;
  expect(
    rows?.map(({ cell, ratio, winner }) => [cellLabel(cell, ["strategy"]), ratio, winner]),
  ).toEqual([
    ["appender", 1, true],
    ["values", 2.5, false],
    ["row", null, false],
    ["unnest", null, false],
  ]);
});

test("where less is better the smallest value wins", () => {
  const cells = [30, 10].map((wakeMsP50, index) =>
    okCell({ scenario: "wake", parameters: { pollInterval: index }, metrics: { wakeMsP50 } }),
  );
  const view = scenarioViews(buildResult(cells))[0];
  expect(view?.main).toBe("wakeMsP50");
  expect(view?.groups[0]?.rows.map(({ value, ratio }) => [value?.median, ratio])).toEqual([
    [10, 1],
    [30, 3],
  ]);
});

test("a user's scenario that drains shows what drain shows", () => {
  const metrics = { submitRowsPerS: 10, drainJobsPerS: 5 };
  const [view] = scenarioViews(
    buildResult([okCell({ scenario: "my-load", parameters: { workers: 2 }, metrics })]),
  );
  expect(view?.main).toBe("drainJobsPerS");
});
