/** Which cells run, by default and with flags. */
import { describe, expect, test } from "vitest";
import { METRICS } from "../../../src/results/metric.ts";
import { expandCells } from "../../../src/scenario/expand-cells.ts";
import { loadScenario } from "../../../src/scenario/load-scenario.ts";
import { readOverrides, smokeOverrides } from "../../../src/scenario/parameters.ts";
import type { Scenario } from "../../../src/scenario/scenario.ts";

const submit = loadScenario("submit", Object.keys(METRICS));
const drain = loadScenario("drain", Object.keys(METRICS));

/** The cells as texts of their values, shape and size left out. */
function cells(scenario: Scenario, texts: Record<string, string>): string[] {
  const [overrides] = readOverrides([scenario], { dagSize: "9", ...texts });
  return expandCells(scenario, overrides).map(({ shape, dagSize, processes = 1, ...others }) => {
    expect([shape, dagSize, processes]).toEqual(["random", 9, 1]);
    return Object.values(others).join(" ");
  });
}

describe("submit", () => {
  test("by default is every strategy, and three chunk sizes for the two that have chunks", () => {
    expect(cells(submit, {})).toEqual([
      "row",
      ...["values 100", "values 1000", "values 5000"],
      ...["temp-table 100", "temp-table 1000", "temp-table 5000"],
      ...["unnest", "appender"],
    ]);
  });

  test("of a strategy without chunks is one cell", () => {
    expect(cells(submit, { strategy: "appender" })).toEqual(["appender"]);
  });

  test("of a strategy with chunks keeps the default chunk sizes", () => {
    expect(cells(submit, { strategy: "values" })).toEqual([
      "values 100",
      "values 1000",
      "values 5000",
    ]);
  });

  test("of a strategy and chunk sizes is those chunk sizes", () => {
    expect(cells(submit, { strategy: "values", chunkSize: "10,all" })).toEqual([
      "values 10",
      "values all",
    ]);
  });

  test("of a chunk size leaves out the strategies without chunks", () => {
    expect(cells(submit, { chunkSize: "10" })).toEqual(["values 10", "temp-table 10"]);
  });

  test("of a chunk size keeps a strategy without chunks that was named", () => {
    expect(cells(submit, { chunkSize: "10", strategy: "row,values" })).toEqual([
      "row",
      "values 10",
    ]);
  });

  test("refuses a chunk size that no named strategy has", () => {
    expect(() => cells(submit, { strategy: "row,appender", chunkSize: "10" })).toThrow(
      "--chunk-size 10 has no effect in any cell of submit. It needs --strategy values or temp-table.",
    );
  });

  test("of several sizes multiplies each cell, and no cell runs twice", () => {
    const [overrides] = readOverrides([submit], { dagSize: "1e3..1e6,1000" });
    const expanded = expandCells(submit, overrides);
    expect(expanded).toHaveLength(36);
    expect(new Set(expanded.map((cell) => JSON.stringify(cell))).size).toBe(36);
  });

  test("refuses more than 10,000 cells, at once", () => {
    const texts = { dagSize: "1..1e6/100", chunkSize: "1..1e6/100" };
    expect(() => cells(submit, texts)).toThrow(/^submit would have \d+ cells; at most 10000 run\./);
  });

  test("at smoke size has each strategy, with both kinds of chunk size", () => {
    const smoke = expandCells(submit, smokeOverrides(submit));
    expect(smoke.map(({ strategy, chunkSize }) => `${strategy} ${chunkSize}`)).toEqual([
      "row undefined",
      ...["values 20", "values all", "temp-table 20", "temp-table all"],
      ...["unnest undefined", "appender undefined"],
    ]);
  });
});

describe("drain", () => {
  test("by default is three claim batches with notices, and three poll intervals", () => {
    expect(cells(drain, {})).toEqual([
      ...["1 100 100 notify", "1 1000 1000 notify", "1 5000 5000 notify"],
      ...["1 1000 1000 poll 10", "1 1000 1000 poll 100", "1 1000 1000 poll 1000"],
    ]);
  });

  test("of a claim batch has it in every cell, and the concurrency follows", () => {
    const expected = [
      "1 200 200 notify",
      "1 200 200 poll 10",
      "1 200 200 poll 100",
      "1 200 200 poll 1000",
    ];
    expect(cells(drain, { claimBatch: "200" })).toEqual(expected);
  });

  test("of a default claim batch has as many cells as of another one", () => {
    expect(cells(drain, { claimBatch: "100" })).toHaveLength(4);
  });

  test("of a concurrency lowers the claim batches that it makes meaningless", () => {
    expect(cells(drain, { concurrency: "8", wake: "notify" })).toEqual(["1 8 8 notify"]);
    expect(cells(drain, { concurrency: "500", wake: "notify" })).toEqual([
      ...["1 500 100 notify", "1 500 500 notify"],
    ]);
  });

  test("of a concurrency and a claim batch keeps both as named", () => {
    const texts = { concurrency: "8", claimBatch: "100", wake: "notify" };
    expect(cells(drain, texts)).toEqual(["1 8 100 notify"]);
  });

  test("of notices has no poll interval", () => {
    expect(cells(drain, { wake: "notify" })).toEqual([
      ...["1 100 100 notify", "1 1000 1000 notify", "1 5000 5000 notify"],
    ]);
  });

  test("of a poll interval polls", () => {
    expect(cells(drain, { pollInterval: "50" })).toEqual(["1 1000 1000 poll 50"]);
  });
});

describe("a workflow file", () => {
  const file = { name: "flow.json", nodeCount: 14 };

  test("takes the place of shape and size", () => {
    const [overrides] = readOverrides([submit], { strategy: "row" });
    expect(expandCells(submit, overrides, file)).toEqual([
      { dagFile: "flow.json", dagSize: 14, strategy: "row" },
    ]);
    expect(expandCells(submit, {}, file)).toHaveLength(9);
  });

  test("contradicts a size and a shape", () => {
    for (const name of ["dagSize", "shape"] as const) {
      const texts = { dagSize: "5", shape: "chain" };
      const [overrides] = readOverrides([submit], { [name]: texts[name] });
      expect(() => expandCells(submit, overrides, file)).toThrow(
        "contradicts --dag-file, which brings its own. Name one of them.",
      );
    }
  });
});
