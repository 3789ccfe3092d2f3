import { describe, expect, test } from "vitest";
import { CHECKS } from "../../../../src/races/checks/all-checks.ts";
import type { CheckId } from "../../../../src/races/checks/check.ts";
import { ANOMALIES, runSelftest } from "../../../../src/races/selftest/run-selftest.ts";

/** Each check gets each of its ways at least once: no check has more. */
const INJECTIONS = 6;

describe("the self-test of the checks", () => {
  test("every one of the 49 checks has a way to spoil a history for it", () => {
    const known = new Set(ANOMALIES.map(({ id }) => id));
    expect(CHECKS.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
    expect(CHECKS).toHaveLength(49);
  });

  test("what is put into a valid history is told by the right check, and nothing else is", {
    timeout: 120_000,
  }, () => {
    const { anomalies, silence, passed } = runSelftest({
      firstSeed: 7_000,
      injections: INJECTIONS,
      histories: 60,
      doubt: 0.3,
    });
    const wrong = anomalies.filter(
      ({ injected, fired, first, faultySeeds }) =>
        fired < injected || first < injected || faultySeeds.length > 0,
    );
    expect(wrong).toEqual([]);
    expect(anomalies.every(({ injected }) => injected > 0)).toBe(true);
    expect(silence.map(({ what, alarms }) => ({ what, alarms }))).toEqual([
      { what: "valid, with the log", alarms: [] },
      { what: "valid, black box", alarms: [] },
      { what: "in doubt, with the log", alarms: [] },
      { what: "in doubt, black box", alarms: [] },
    ]);
    expect(passed).toBe(true);
  });

  test("a claim that finds nothing in one queue says nothing of a job in another", () => {
    // A worker of this story asks in vain while an orphan of the other queue waits.
    const { silence } = runSelftest({ firstSeed: 1043, injections: 0, histories: 1, doubt: 0.3 });
    expect(silence.map(({ histories, alarms }) => ({ histories, alarms }))).toEqual(
      Array.from({ length: 4 }, () => ({ histories: 1, alarms: [] })),
    );
  });

  // Each was told wrongly once: F6 missed a job whose lease had 10 ms left; the others spoke beside another, rightly.
  test.each([
    ["F6", 104_141, 1],
    ["V5", 100_039, 2],
    ["V5", 100_090, 2],
    ["O6", 100_370, 1],
    ["O6", 100_472, 1],
    ["V3", 100_215, 1],
    ["V3", 100_353, 1],
    ["J4", 100_185, 1],
  ])("%s in the history of seed %i is told by its name, and by no wrong one", (id, seed, ways) => {
    const told = runAnomaly(id as CheckId, seed, ways);
    expect(told).toEqual({ injected: ways, fired: ways, first: ways, faultySeeds: [] });
  });
});

/** What is told of the ways of one check, the first place for each from a seed on. */
function runAnomaly(id: CheckId, firstSeed: number, injections: number): object {
  const { anomalies } = runSelftest({ firstSeed, injections, histories: 0, doubt: 0, only: id });
  const sum = (of: (row: (typeof anomalies)[number]) => number): number =>
    anomalies.reduce((total, row) => total + of(row), 0);
  return {
    injected: sum(({ injected }) => injected),
    fired: sum(({ fired }) => fired),
    first: sum(({ first }) => first),
    faultySeeds: anomalies.flatMap(({ faultySeeds }) => faultySeeds),
  };
}
