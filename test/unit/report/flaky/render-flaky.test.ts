import { describe, expect, it } from "vitest";
import { percentAtMost } from "../../../../src/report/flaky/flaky-table.ts";
import { renderFlaky } from "../../../../src/report/flaky/render-flaky.ts";
import { flakyResultSchema } from "../../../../src/results/flaky-result.ts";
import { flakyResult } from "../../../support/flaky/result.ts";

/** The lines of the terminal report with a label, in order. */
function lines(label: string, ...changes: Parameters<typeof flakyResult>): readonly string[] {
  return renderFlaky(flakyResult(...changes), "table")
    .split("\n")
    .filter((line) => line.startsWith(`${label}:`))
    .map((line) => line.slice(label.length + 1).trim());
}

describe("the report on a campaign", () => {
  it("lists the command, what failed, and what did not", () => {
    const table = renderFlaky(flakyResult(), "table").split("\n\nVerdict:")[0]?.split("\n");
    expect(table?.map((line) => line.replaceAll(/ {2,}/g, " | "))).toEqual([
      "flaky | npx vitest run",
      "verdict | target | runs | failed | failure rate (95 %) | median | longest",
      expect.stringMatching(/^─+$/),
      "flaky | the whole command | 300 | 3 | 1 % (0.34 % to 2.9 %) | 900 ms | 1.1 s",
      "",
      "flaky | a.test.ts > waits | 300 | 3 | 1 % (0.34 % to 2.9 %) | 10 ms | 90 ms",
      "",
      "stable | a.test.ts > adds | 300 | 0 | below 1 % | 2 ms | 3 ms",
      "1 skipped in every run, and not judged",
    ]);
  });

  it("says the verdict, the rule, the bound, and the first failure with its seeds", () => {
    expect(lines("Verdict")).toEqual([
      "flaky (something passes and fails with the same code), after 300 runs; tests: 1 flaky, 1 stable",
    ]);
    expect(lines("Rule")[0]).toMatch(/^300 runs, fixed beforehand; .* stable needs 299 runs/);
    expect(lines("Bound")).toEqual([
      "0 failures in 300 runs: below 1 %, with 95 % confidence (one-sided, Clopper–Pearson), of each target that did not fail",
    ]);
    expect(lines("Failure")).toEqual([
      "a.test.ts > waits, first in run 12 (seeds 111, 149, 299; again with --shuffle --runs 1 --seed 111): Error: late",
    ]);
  });

  it("prints the stopping rule, and neither interval nor bound, after a sequential stop", () => {
    const rule = { kind: "sequential", straightPasses: 326, maxRuns: 978 } as const;
    const targets = flakyResult().targets.map((target) => ({
      ...target,
      interval: null,
      bounds: null,
      decidedAtRun: target.runs === 0 ? null : 49,
    }));
    const text = renderFlaky(flakyResult({ rule, targets }), "table");
    expect(lines("Rule", { rule, targets })[0]).toMatch(
      /^sequential \(Wald\): .* at the latest after 978; .* stable after 326 straight passes, .* No interval is given/,
    );
    expect(lines("Bound", { rule, targets })).toEqual([]);
    expect(text).not.toMatch(/\d % to/);
    expect(text).toMatch(/stable +a\.test\.ts > adds +300 +0 +at run 49/);
  });

  it("tells clusters, findings, margin and causes", () => {
    const result = {
      clusters: [{ names: ["x", "y"], together: 3, any: 4, pValue: 0.0001 }],
      findings: [{ kind: "near-miss", text: "close" }],
      margin: {
        steps: [
          { slowdown: 2, measured: 1.9, runs: 3, failures: 0, flipped: [] },
          { slowdown: 4, measured: 3.8, runs: 1, failures: 1, flipped: ["a.test.ts > waits"] },
        ],
        passesAt: 1.9,
        failsAt: 3.8,
        note: "",
      },
      classification: {
        armRuns: 50,
        arms: [{ arm: "slow", cause: "timing", about: "4x slower" }],
        unavailable: [{ arm: "serial", cause: "concurrency", why: "unknown" }],
        targets: [
          {
            name: "a.test.ts > waits",
            baseline: { runs: 50, failures: 1 },
            arms: [{ arm: "slow", cause: "timing", runs: 50, failures: 30, pValue: 1e-9 }],
            causes: [{ cause: "timing", arm: "slow", effect: "more" }],
          },
          {
            name: "the whole command",
            baseline: { runs: 50, failures: 1 },
            arms: [{ arm: "slow", cause: "timing", runs: 50, failures: 2, pValue: 1 }],
            causes: [],
          },
        ],
      },
    } satisfies Parameters<typeof flakyResult>[0];
    expect(lines("Together", result)).toEqual([
      "x + y failed together in 3 of the 4 runs in which one did (p < 0.001): look for one cause",
    ]);
    expect(lines("Note", result)).toEqual(["near-miss: close"]);
    expect(lines("Margin", result)).toEqual([
      "passes up to 1.90x slower, fails from 3.8x on (a.test.ts > waits); below the 4x that a busy CI machine asks for",
    ]);
    expect(lines("Cause", result)).toEqual([
      'a.test.ts > waits: timing: fails more under "slow", 30 of 50 against 1 of 50 (p < 0.001)',
      "the whole command: no cause found: 1 of 50 as it is; slow 2/50 (with 50 runs of each, 0 against 7 is the least that would show)",
    ]);
    expect(lines("Not tried", result)).toEqual(["concurrency (serial): unknown"]);
  });

  it("always says what it cannot tell", () => {
    expect(lines("Limits")).toHaveLength(3);
    expect(lines("Limits", { shuffled: false })).toHaveLength(4);
  });

  it("does not let a test's name or message act on the terminal, or on a page", () => {
    const [command, test, ...others] = flakyResult().targets;
    const evil = "\u001b[2J| <b>@all</b>\nx";
    const targets = [command, { ...test, name: evil }, ...others].filter((t) => t !== undefined);
    const result = flakyResult({ targets: flakyResultSchema.shape.targets.parse(targets) });
    expect(renderFlaky(result, "table")).not.toContain("\u001b");
    const page = renderFlaky(result, "markdown");
    expect(page).not.toMatch(/<b>|@all/);
    expect(page.split("\n").filter((line) => line.startsWith("| flaky"))).toHaveLength(2);
  });

  it("is JSON that reads back", () => {
    const result = flakyResult();
    expect(flakyResultSchema.parse(JSON.parse(renderFlaky(result, "json")))).toEqual(result);
  });

  it("rounds an upper bound up, never down", () => {
    expect([0.00997, 0.0584, 0.05, 0.5, 1].map(percentAtMost)).toEqual([
      "1 %",
      "5.9 %",
      "5 %",
      "50 %",
      "100 %",
    ]);
  });
});
