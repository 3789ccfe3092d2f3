import { describe, expect, it } from "vitest";
import type { RunRecord, TestOutcome, TestStatus } from "../../../../src/races/flaky/outcome.ts";
import { Tally, WHOLE_COMMAND } from "../../../../src/races/flaky/tally.ts";
import { CAREFUL_PLAN, QUICK_PLAN } from "../../../../src/stats/sprt.ts";
import { outcome, run } from "../../../support/flaky/runs.ts";

const FIXED = { rule: { kind: "fixed", runs: 4 }, plan: CAREFUL_PLAN, testLimitMs: null } as const;
const QUICK = {
  rule: { kind: "sequential", maxRuns: 177 },
  plan: QUICK_PLAN,
  testLimitMs: null,
} as const;

function tallied(
  rule: ConstructorParameters<typeof Tally>[0],
  ...records: readonly RunRecord[]
): Tally {
  const tally = new Tally(rule);
  for (const record of records) tally.add(record);
  return tally;
}

function tests(...statuses: readonly TestStatus[]): readonly TestOutcome[] {
  return statuses.map((status, index) => outcome(`t${index + 1}`, status));
}

describe("a tally", () => {
  it("counts each target by its own runs, and knows the runs that failed", () => {
    const tally = tallied(
      FIXED,
      run({ tests: tests("passed", "passed") }),
      run({ exitCode: 1, tests: tests("passed", "failed"), seed: 12 }),
      run({ tests: tests("skipped", "retried") }),
      run({ tests: tests("passed") }),
    );
    const seen = tally.targets().map((t) => [t.name, t.verdict, t.runs, t.failures, t.retried]);
    expect(seen).toEqual([
      [WHOLE_COMMAND, "flaky", 4, 1, 1],
      ["t1", "inconclusive", 3, 0, 0],
      ["t2", "flaky", 3, 1, 1],
    ]);
    expect(tally.targets()[2]).toMatchObject({
      kind: "test",
      skipped: 0,
      missing: 1,
      failedRuns: [2],
      retriedRuns: [3],
      firstFailure: { run: 2, seed: 12, message: "t2 failed" },
      decidedAtRun: null,
    });
    expect(tally.targets()[1]).toMatchObject({ skipped: 1, missing: 0 });
  });

  it("gives exact figures: 1 of 4, Wilson 4.6 % to 70 %, one-sided bounds", () => {
    const [command] = tallied(FIXED, run({}), run({}), run({ exitCode: 1 }), run({})).targets();
    expect(command?.interval?.low).toBeCloseTo(0.04559, 5);
    expect(command?.interval?.high).toBeCloseTo(0.69936, 5);
    expect(command?.bounds?.low).toBeCloseTo(1 - 0.95 ** (1 / 4), 9);
    expect(command?.bounds?.high).toBeCloseTo(0.7514, 5);
  });

  it("shows no interval after a sequential rule", () => {
    const [command] = tallied(QUICK, run({})).targets();
    expect(command).toMatchObject({ interval: null, bounds: null });
  });

  it("counts a run that was ended at its limit, or died by a signal, as failed", () => {
    const [command] = tallied(
      FIXED,
      run({ timedOut: true, exitCode: 0 }),
      run({ exitCode: null, signal: "SIGSEGV", output: "crashed" }),
    ).targets();
    expect(command).toMatchObject({ failures: 2, verdict: "broken" });
    expect(command?.firstFailure?.message).toBe("the run took longer than its limit");
  });

  it("counts near misses of tests that passed, over 80 % of a limit that is known", () => {
    const records = [79, 80, 81, 100].map((durationMs) =>
      run({ tests: [{ ...outcome("t", "passed"), durationMs }] }),
    );
    expect(tallied(FIXED, ...records).targets()[1]?.nearMisses).toBeNull();
    const limited = tallied({ ...FIXED, testLimitMs: 100 }, ...records).targets();
    expect(limited.map(({ nearMisses }) => nearMisses)).toEqual([null, 2]);
    expect(limited[1]?.longestMs).toBe(100);
  });
});

describe("the sequential rule over all targets", () => {
  it("is decided when the last one is: at the 59th straight pass", () => {
    const tally = new Tally(QUICK);
    expect(tally.decided).toBe(false);
    for (let i = 1; i < 59; i++) tally.add(run({ tests: tests("passed") }));
    expect(tally.decided).toBe(false);
    tally.add(run({ tests: tests("passed") }));
    expect(tally.decided).toBe(true);
    expect(tally.progress).toEqual({ decided: 2, targets: 2 });
    expect(tally.targets().map(({ decidedAtRun }) => decidedAtRun)).toEqual([59, 59]);
  });

  it("waits for five runs before it takes only failures for an answer", () => {
    const tally = new Tally(QUICK);
    for (let i = 1; i < 5; i++) tally.add(run({ exitCode: 1 }));
    expect(tally.decided).toBe(false);
    tally.add(run({ exitCode: 1 }));
    expect(tally.decided).toBe(true);
    expect(tally.targets()[0]?.verdict).toBe("broken");
  });

  it("goes on for the sake of one test while another has its answer, and keeps the first answer", () => {
    const tally = new Tally(QUICK);
    for (let i = 1; i <= 59; i++) tally.add(run({ tests: tests("passed") }));
    tally.add(run({ exitCode: 1, tests: tests("failed", "passed") }));
    expect(tally.decided).toBe(false);
    expect(tally.targets().map(({ name, verdict }) => [name, verdict])).toEqual([
      [WHOLE_COMMAND, "suspect"],
      ["t1", "suspect"],
      ["t2", "inconclusive"],
    ]);
  });

  it("does not wait for a test that is skipped in every run", () => {
    const tally = new Tally(QUICK);
    for (let i = 1; i <= 59; i++) tally.add(run({ tests: tests("skipped") }));
    expect(tally.decided).toBe(true);
  });
});
