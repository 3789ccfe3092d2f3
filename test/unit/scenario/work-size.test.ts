/** Cells that no machine could hold are refused before they start. */
import { expect, test } from "vitest";
import { METRICS } from "../../../src/results/metric.ts";
import { expandCells } from "../../../src/scenario/expand-cells.ts";
import { builtInScenarioNames, loadScenario } from "../../../src/scenario/load-scenario.ts";
import { smokeOverrides } from "../../../src/scenario/parameters.ts";
import { refuseHugeCells } from "../../../src/scenario/work-size.ts";

const scenarioOf = (name: string) => loadScenario(name, Object.keys(METRICS));

function refusal(name: string, overrides: Record<string, number[]>): string {
  const scenario = scenarioOf(name);
  try {
    refuseHugeCells(scenario, expandCells(scenario, overrides));
    return "";
  } catch (error) {
    expect(error).toHaveProperty("code", "BAD_INPUT");
    return error instanceof Error ? error.message : "";
  }
}

test("parameters that multiply are bounded by their product", () => {
  expect(refusal("load", { arrivalRate: [1_000_000], duration: [10_000] })).toBe("");
  expect(refusal("load", { arrivalRate: [1_000_000], duration: [10_001] })).toBe(
    "load with arrivalRate 1000000, duration 10001, processes 1, workers 1, concurrency 100, claimBatch 100 would have 10,001,000 jobs; at most 10,000,000 run in one trial. Name less.",
  );
  expect(refusal("fan-out-fan-in", { width: [1_000_000], rounds: [10] })).toContain("10,000,011");
  expect(refusal("sub-dags", { nodes: [1_000_000], children: [8] })).toBe("");
  expect(refusal("sub-dags", { nodes: [1_000_000], children: [9] })).toContain("11,000,000 jobs");
});

test.each(builtInScenarioNames())("%s has cells at its smoke values and at its own", (name) => {
  const scenario = scenarioOf(name);
  for (const overrides of [{}, smokeOverrides(scenario)]) {
    const cells = expandCells(scenario, overrides);
    expect(cells.length).toBeGreaterThan(0);
    refuseHugeCells(scenario, cells);
  }
});
