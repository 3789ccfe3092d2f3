import { expect, it } from "vitest";
import { findClusters } from "../../../../src/races/flaky/clusters.ts";
import { Tally } from "../../../../src/races/flaky/tally.ts";
import { CAREFUL_PLAN } from "../../../../src/stats/sprt.ts";
import { outcome, run } from "../../../support/flaky/runs.ts";

/** The targets of a campaign of `runs` runs, from the runs in which each test failed. */
function targetsOf(runs: number, failures: Readonly<Record<string, readonly number[]>>) {
  const rule = { rule: { kind: "fixed", runs }, plan: CAREFUL_PLAN, testLimitMs: null } as const;
  const tally = new Tally(rule);
  for (let i = 1; i <= runs; i++) {
    const tests = Object.entries(failures).map(([name, failed]) =>
      outcome(name, failed.includes(i) ? "failed" : "passed"),
    );
    tally.add(run({ tests }));
  }
  return tally.targets();
}

it("tests that fail in the same runs are one cluster, whatever else fails", () => {
  const targets = targetsOf(60, {
    port: [3, 17, 20, 41, 55],
    socket: [3, 17, 20, 41, 55],
    server: [3, 17, 20, 41],
    alone: [5, 18, 30, 44],
    broken: Array.from({ length: 60 }, (_, i) => i + 1),
    fine: [],
  });
  expect(findClusters(targets, 60)).toEqual([
    { names: ["port", "socket", "server"], together: 4, any: 5, pValue: expect.any(Number) },
  ]);
  expect(findClusters(targets, 60)[0]?.pValue).toBeLessThan(0.001);
});

it("two separate pairs are two clusters", () => {
  const targets = targetsOf(80, {
    a: [1, 2, 3, 4],
    b: [1, 2, 3, 4],
    c: [50, 51, 52, 53],
    d: [50, 51, 52, 53],
  });
  expect(findClusters(targets, 80).map(({ names }) => names)).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

it("one shared failure, or failures at different times, tie nothing together", () => {
  expect(findClusters(targetsOf(60, { a: [7], b: [7] }), 60)).toEqual([]);
  expect(findClusters(targetsOf(60, { a: [1, 9, 20], b: [2, 10, 21] }), 60)).toEqual([]);
});
