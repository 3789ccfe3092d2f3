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

  it("names the headline of each scenario", () => {
    expect(planRun(OPTIONS, IDENTITY).headlines).toEqual({
      submit: "submitRowsPerS",
      drain: "drainJobsPerS",
    });
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
