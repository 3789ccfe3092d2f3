/** Progress on stderr. */
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { estimate, progressView } from "../../../src/cli/progress.ts";
import type { RunProgress } from "../../../src/runner/run-scenarios.ts";

const PROGRESS: RunProgress = {
  cell: { scenario: "submit", workload: "submit", parameters: { dagSize: 10, strategy: "row" } },
  trialsDone: 2,
  trialsPlanned: 8,
};

describe("progress without a terminal", () => {
  it("is a line per trial, without colours or cursor movements", () => {
    const stream = new PassThrough({ encoding: "utf8" });
    const view = progressView(stream, null, () => 12_345);
    view.show(PROGRESS);
    view.show({ ...PROGRESS, trialsPlanned: null });
    view.show({ ...PROGRESS, trialsDone: 8 });
    view.show({ ...PROGRESS, cell: null });
    view.end();
    expect(stream.read()).toBe(
      "  12 s  trial 3 of 8  submit dagSize=10 strategy=row\n" +
        "  12 s  trial 3  submit dagSize=10 strategy=row\n" +
        "  12 s  trial 9 of 9  submit dagSize=10 strategy=row\n",
    );
  });
});

describe("the estimate", () => {
  it("goes by the trials when their number is known", () => {
    expect(estimate(PROGRESS, null, 10_000)).toEqual({ share: 0.25, leftMs: 30_000 });
  });

  it("goes by the budget when that decides, and never beyond it", () => {
    const open = { ...PROGRESS, trialsPlanned: null };
    expect(estimate(open, 40_000, 10_000)).toEqual({ share: 0.25, leftMs: 30_000 });
    expect(estimate(open, 40_000, 50_000)).toEqual({ share: 1, leftMs: 0 });
    expect(estimate(PROGRESS, 20_000, 10_000)).toEqual({ share: 0.5, leftMs: 10_000 });
  });

  it("is unknown before the first trial of a run without a budget", () => {
    expect(estimate({ ...PROGRESS, trialsDone: 0 }, null, 500)).toEqual({ share: 0, leftMs: null });
  });
});
