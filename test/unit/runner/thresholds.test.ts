/** A scenario's promises. */
import { describe, expect, it } from "vitest";
import type { Cell } from "../../../src/results/result.ts";
import { missedThresholds } from "../../../src/runner/thresholds.ts";

function cell(median: number, status: Cell["status"] = "ok"): Cell {
  return {
    scenario: "submit",
    parameters: { strategy: "row" },
    status,
    trials: [],
    summary: { submitMs: { median, ciLow: null, ciHigh: null, n: 1 } },
  };
}

describe("missed thresholds", () => {
  it.each([
    ["submitMs < 500", 500],
    ["submitMs <= 500", 501],
    ["submitMs > 500", 500],
    ["submitMs >= 500", 499],
  ])("tells that %s is missed by %d", (text, median) => {
    expect(missedThresholds([cell(median)], { submit: [text] })).toEqual([
      `${text} is missed: ${median} with submit strategy=row`,
    ]);
  });

  it.each([
    ["submitMs < 500", 499],
    ["submitMs <= 500", 500],
    ["submitMs > 500", 501],
    ["submitMs >= 500", 500],
  ])("is silent when %s holds with %d", (text, median) => {
    expect(missedThresholds([cell(median)], { submit: [text] })).toEqual([]);
  });

  it("judges neither cells without a figure nor scenarios without promises", () => {
    expect(missedThresholds([cell(900, "censored")], { submit: ["submitMs < 500"] })).toEqual([]);
    expect(missedThresholds([cell(900)], {})).toEqual([]);
  });
});
