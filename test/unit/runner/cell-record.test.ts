/** What the trials of a cell amount to. */
import { describe, expect, it } from "vitest";
import type { Trial } from "../../../src/results/result.ts";
import { CellRecord } from "../../../src/runner/cell-record.ts";
import type { PlannedCell } from "../../../src/runner/run-plan.ts";

const CELL: PlannedCell = {
  scenario: "submit",
  workload: "submit",
  parameters: { shape: "random", dagSize: 10, strategy: "row" },
};
const CHECKS = { jobs: 10, edges: 14, doneOnce: null, ordered: null, checksum: "aa" };

function trial(submitMs: number, violations: string[] = []): Trial {
  return {
    order: 0,
    metrics: { submitMs },
    checks: { ...CHECKS, violations },
    environment: { cpuPressurePct: 0, stealPct: 0, involuntarySwitches: 0 },
  };
}

const CUT: Trial = {
  ...trial(1),
  metrics: {},
  checks: null,
  censored: { limitMs: 1000, rowsDone: 7 },
};

describe("a cell's record", () => {
  it("is skipped with the reason while it has no trial", () => {
    const record = new CellRecord(CELL, "submitMs");
    expect(record.toCell("the budget ended first")).toEqual({
      scenario: "submit",
      parameters: CELL.parameters,
      status: "skipped",
      reason: "the budget ended first",
      trials: [],
      summary: {},
    });
  });

  it("counts a repeat in place of the trial that the machine spoiled", () => {
    const record = new CellRecord(CELL, "submitMs");
    record.add({ kind: "trial", trial: { ...trial(900), order: 3 } }, 900);
    record.add({ kind: "trial", trial: { ...trial(100), order: 7 } }, 100, 3);
    expect(record.progress()).toMatchObject({ open: true, trials: 1 });
    const { trials, summary } = record.toCell("");
    expect(trials.map(({ order, spoiled }) => [order, spoiled])).toEqual([
      [3, true],
      [7, undefined],
    ]);
    expect(summary["submitMs"]).toMatchObject({ median: 100, n: 1 });
  });

  it("fails by a void load, and no more once that was measured again", () => {
    const record = new CellRecord(CELL, undefined);
    const load = (latenessMsP99: number, order: number): Trial => ({
      ...trial(1),
      order,
      metrics: { latenessMsP99, jobs: 500 },
    });
    record.add({ kind: "trial", trial: load(51, 3) }, 1);
    expect(record.progress().open).toBe(false);
    expect(record.toCell("")).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^the load is void/),
    });
    record.add({ kind: "trial", trial: load(50, 4) }, 1, 3);
    expect(record.progress().open).toBe(true);
    expect(record.toCell("").status).toBe("ok");
  });

  it("knows the precision of its headline from six trials on", () => {
    const record = new CellRecord(CELL, "submitMs");
    for (const ms of [98, 99, 100, 100, 101]) record.add({ kind: "trial", trial: trial(ms) }, ms);
    expect(record.progress()).toMatchObject({ trials: 5, precision: null, costMs: 101 });
    record.add({ kind: "trial", trial: trial(102) }, 102);
    // The interval of six trials is their range, 98 to 102; the median is 100.
    expect(record.progress()).toMatchObject({ open: true, trials: 6, precision: 0.02 });
    expect(record.toCell("").status).toBe("ok");
  });

  it("is censored and closed when one trial was cut, however many completed", () => {
    const record = new CellRecord(CELL, "submitMs");
    record.add({ kind: "trial", trial: trial(100) }, 100);
    record.add({ kind: "trial", trial: CUT }, 1000);
    expect(record.progress().open).toBe(false);
    expect(record.toCell("")).toMatchObject({ status: "censored", trials: [{}, CUT] });
  });

  it("is failed and wrong when a check found violations, and keeps the trial as evidence", () => {
    const record = new CellRecord(CELL, "submitMs");
    record.add({ kind: "trial", trial: trial(100, ["job 3: done 2 times"]) }, 100);
    expect(record.wrong).toBe(true);
    expect(record.toCell("")).toMatchObject({
      status: "failed",
      reason: "wrong answer: job 3: done 2 times",
      trials: [{ metrics: { submitMs: 100 } }],
    });
  });

  it("is failed but not wrong when its process died", () => {
    const record = new CellRecord(CELL, "submitMs");
    record.add(
      { kind: "failed", reason: "the trial process was ended by SIGSEGV", wrong: false },
      5,
    );
    expect(record.wrong).toBe(false);
    expect(record.progress().open).toBe(false);
    expect(record.toCell("")).toMatchObject({
      status: "failed",
      reason: "the trial process was ended by SIGSEGV",
    });
  });
});
