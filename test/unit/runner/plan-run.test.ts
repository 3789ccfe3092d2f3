/** From options to a plan. */
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { planRun, type RunOptions } from "../../../src/runner/plan-run.ts";

const IDENTITY = { id: "x", startedAt: "2026-01-02T03:04:05.000Z", command: ["bench", "run"] };
const OPTIONS: RunOptions = {
  scenarios: [],
  parameters: {},
  dagFile: null,
  trials: null,
  budgetMs: 110_000,
  maxTrialMs: 30_000,
  seed: 1,
  durability: "full",
  store: null,
  thresholds: [],
};

function count(options: Partial<RunOptions>): Record<string, number> {
  const { cells } = planRun({ ...OPTIONS, ...options }, IDENTITY);
  const names = [...new Set(cells.map(({ scenario }) => scenario))];
  return Object.fromEntries(
    names.map((name) => [name, cells.filter(({ scenario }) => scenario === name).length]),
  );
}

describe("a plan", () => {
  it("has nine ways to submit and six ways to drain for each size, when nothing is named", () => {
    expect(count({ parameters: { dagSize: "1000" } })).toEqual({ submit: 9, drain: 6 });
    expect(count({})).toEqual({ submit: 18, drain: 12 });
  });

  it("takes a scenario once that is named twice", () => {
    const parameters = { dagSize: "10", strategy: "row" };
    expect(count({ scenarios: ["submit", "submit"], parameters })).toEqual({ submit: 1 });
  });

  it("keeps the question of each scenario and the metrics that answer it", () => {
    const { scenarios } = planRun(OPTIONS, IDENTITY);
    expect(scenarios.map(({ name, metrics }) => [name, metrics[0]])).toEqual([
      ["submit", "submitRowsPerS"],
      ["drain", "drainJobsPerS"],
    ]);
    expect(scenarios[1]?.question).toBe("How fast do workers drain a DAG that waits in the queue?");
  });

  it("gives a threshold to the scenarios that can keep it, with its whole name", () => {
    const thresholds = ["peakRss < 1GB", "[strategy=row] submitRows > 5"];
    const plan = planRun({ ...OPTIONS, thresholds }, IDENTITY);
    expect(plan.thresholds).toEqual({
      submit: ["peakRssBytes < 1GB", "[strategy=row] submitRowsPerS > 5"],
      drain: ["peakRssBytes < 1GB"],
    });
  });

  it.each([
    ["submitRow > 5", 'threshold: unknown metric "submitRow"; did you mean "submitRows"?'],
    ["submitMs < 5 ms or so", "threshold: nothing may follow the amount."],
    ["[strategy=now] submitMs < 5", "threshold: the pattern matches no cell."],
  ])("refuses the threshold %s", (text, message) => {
    expect(() => planRun({ ...OPTIONS, thresholds: [text] }, IDENTITY)).toThrow(message);
  });

  it("keeps the whole path of a workflow file, whose size takes the place of --dag-size", () => {
    const dagFile = "test/support/dag-files/small-flow.json";
    const plan = planRun({ ...OPTIONS, dagFile, parameters: { strategy: "row" } }, IDENTITY);
    expect(plan.dagFile).toBe(resolve(dagFile));
    expect(plan.cells[0]?.parameters).toEqual({
      dagFile: "small-flow.json",
      dagSize: 4,
      strategy: "row",
    });
  });

  it("refuses two files that name their scenario alike", () => {
    const scenarios = ["submit", "scenarios/submit.yaml"];
    expect(() => planRun({ ...OPTIONS, scenarios }, IDENTITY)).toThrow(
      'Two of the scenarios are called "submit".',
    );
  });
});
