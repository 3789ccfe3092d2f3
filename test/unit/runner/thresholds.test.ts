/** A scenario's promises. */
import { describe, expect, it } from "vitest";
import type { Cell, Trial } from "../../../src/results/result.ts";
import { missedThresholds, thresholdFindings } from "../../../src/runner/thresholds.ts";
import { LatencyHistogram } from "../../../src/stats/histogram.ts";

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

  it("are those that no completed cell could be held to", () => {
    const line = "submitMs < 500 could not be judged: no cell that completed has the figure";
    const promises = { submit: ["submitMs < 500"] };
    expect(missedThresholds([cell(400, "censored")], promises)).toEqual([line]);
    expect(missedThresholds([cell(900, "censored"), cell(400)], promises)).toEqual([]);
    expect(missedThresholds([cell(900)], {})).toEqual([]);
    expect(missedThresholds([], promises)).toEqual([]);
  });

  it("hold for the cells of their pattern only", () => {
    const texts = ["[strategy=row] submitMs < 500", "[strategy=values] submitMs < 500"];
    expect(missedThresholds([cell(900)], { submit: texts })).toEqual([
      "[strategy=row] submitMs < 500 is missed: 900 with submit strategy=row",
    ]);
  });

  it("take the percentile within each trial, and the median over the trials", () => {
    const trials = [1, 10, 100].map((factor, order) => trialOf(order, factor));
    const cells = [{ ...cell(1), trials }];
    // 1 to 100 ms, 10 to 1,000 ms and so on: the median of the 90th percentiles is 900.
    expect(missedThresholds(cells, { submit: ["wakeMs p(90) <= 900.9ms"] })).toEqual([]);
    expect(missedThresholds(cells, { submit: ["wakeMs p(90) < 899ms"] })).toHaveLength(1);
    const one = { ...cell(1), trials: trials.slice(0, 1) };
    expect(missedThresholds([one], { submit: ["wakeMs p(100) < 99ms"] })[0]).toMatch(
      /^wakeMs p\(100\) < 99ms is missed: 100\.\d+ with submit strategy=row$/,
    );
  });

  it("are findings of the run, so that every report tells them", () => {
    const promises = { submit: ["submitMs < 500"] };
    const [finding, ...more] = thresholdFindings([cell(900), cell(300)], promises);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      kind: "threshold-missed",
      scenario: "submit",
      evidence: "submitMs < 500 is missed: 900 with submit strategy=row",
    });
  });

  it("take a percentile from its metric where the values themselves are not known", () => {
    const summary = { queueWaitMsP99: { median: 7, ciLow: null, ciHigh: null, n: 1 } };
    const cells = [{ ...cell(1), summary }];
    expect(missedThresholds(cells, { submit: ["queueWaitMs p(99) < 5ms"] })).toEqual([
      "queueWaitMs p(99) < 5ms is missed: 7 with submit strategy=row",
    ]);
  });
});

/** A trial with a hundred latencies, from `factor` to 100 times that. */
function trialOf(order: number, factor: number): Trial {
  const histogram = LatencyHistogram.empty();
  for (let i = 1; i <= 100; i++) histogram.record(i * factor);
  return {
    order,
    metrics: {},
    latencies: { wakeMs: { count: 100, percentiles: [], histogram: histogram.encode() } },
    checks: null,
    environment: { cpuPressurePct: 0, stealPct: 0, involuntarySwitches: 0 },
  };
}
