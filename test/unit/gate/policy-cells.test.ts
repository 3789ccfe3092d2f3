/** What decides about a cell. */
import { expect, test } from "vitest";
import { judgedCell } from "../../../src/gate/policy-cells.ts";

const CELL = {
  scenario: "submit",
  parameters: { dagSize: 10 },
  metrics: ["submitMs", "rowsWritten", "submitStatements"],
};
const COUNTERS = { counters: ["rowsWritten"] };
const entry = (gate: readonly string[] | null) => ({ cell: "submit", gate, source: "gate.yaml:2" });

test("a cell is judged by the metric that answers its scenario's question", () => {
  expect(judgedCell(entry(null), COUNTERS, CELL)).toMatchObject({
    gate: ["submitMs"],
    counters: ["rowsWritten"],
  });
});

test("a counter that is named is judged as one, and no pairs are measured for it", () => {
  expect(judgedCell(entry(["submitStatements", "rowsWritten"]), COUNTERS, CELL)).toMatchObject({
    gate: [],
    counters: ["submitStatements", "rowsWritten"],
  });
});

test("a metric that the scenario does not measure is named with the place", () => {
  expect(() => judgedCell(entry(["drainMs"]), COUNTERS, CELL)).toThrow(
    /^gate.yaml:2: submit does not measure drainMs/,
  );
});
