import { expect, test } from "vitest";
import { renderScenarioList, type ScenarioEntry } from "../../../src/report/scenario-list.ts";

const entry: ScenarioEntry = {
  name: "mine",
  question: "How fast is it?",
  workload: "submit",
  defaultCells: 2,
  parameters: [
    {
      name: "chunkSize",
      flag: "--chunk-size",
      help: "rows per statement",
      unit: "rows",
      takes: "a whole number from 1 to 100, or all",
      defaults: [1000, 100, "all"],
      smoke: [5],
    },
  ],
  metrics: ["submitMs", "myOwn"],
  thresholds: ["submitMs < 5"],
  checks: ["rowCounts"],
};

test("in short a scenario is its question and its flags", () => {
  expect(renderScenarioList([entry], { full: false, colored: false })).toBe(
    [
      "mine  How fast is it?",
      "      --chunk-size",
      "",
      "bench list <scenario> tells all of one; bench run <scenario> measures it",
      "",
    ].join("\n"),
  );
});

test("in full it has its parameters with defaults, its metrics with units, checks and thresholds", () => {
  expect(renderScenarioList([entry], { full: true, colored: false })).toBe(
    [
      "mine  How fast is it?",
      "",
      "Parameters (2 cells without flags):",
      "  --chunk-size  rows per statement; default 100 / 1,000 / all",
      "                takes a whole number from 1 to 100, or all (rows)",
      "",
      "Metrics, the most important first:",
      "  submitMs  time from calling submit to its resolve after COMMIT (ms, less is better)",
      "  myOwn     of your own",
      "",
      "Checked of every trial: rowCounts",
      "Threshold (exit 4): submitMs < 5",
      "",
    ].join("\n"),
  );
});
