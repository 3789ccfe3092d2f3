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
  }, async () => {
    const { anomalies, silence, passed } = await runSelftest({
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

  test("a claim that finds nothing in one queue says nothing of a job in another", async () => {
    // A worker of this story asks in vain while an orphan of the other queue waits.
    const one = { firstSeed: 1043, injections: 0, histories: 1, doubt: 0.3 };
    const { silence } = await runSelftest(one);
    expect(silence.map(({ histories, alarms }) => ({ histories, alarms }))).toEqual(
      Array.from({ length: 4 }, () => ({ histories: 1, alarms: [] })),
    );
  });

  test("interrupted, it tells of the histories that were judged until then, and has not passed", async () => {
    const stop = new AbortController();
    const outcome = await runSelftest({
      ...{ firstSeed: 1, injections: 2, histories: 3, doubt: 0.3, signal: stop.signal },
      onProgress: (done, of) => {
        if (of === ANOMALIES.length && done === 2) stop.abort();
      },
    });
    expect(outcome).toMatchObject({ passed: false, ended: "interrupted" });
    expect(outcome.ways).toEqual({ done: 2, of: ANOMALIES.length });
    expect(outcome.anomalies.map(({ injected, fired }) => [injected, fired])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(outcome.silence.map(({ histories }) => histories)).toEqual([3, 3, 3, 3]);
  });

  test("interrupted among the valid histories, it spoils none", async () => {
    const stop = new AbortController();
    const outcome = await runSelftest({
      ...{ firstSeed: 1, injections: 1, histories: 3, doubt: 0.3, signal: stop.signal },
      onProgress: () => stop.abort(),
    });
    expect(outcome.silence).toEqual([
      { what: "valid, with the log", histories: 3, events: expect.any(Number), alarms: [] },
    ]);
    expect(outcome).toMatchObject({ anomalies: [], passed: false, ended: "interrupted" });
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
  ])(
    "%s in the history of seed %i is told by its name, and by no wrong one",
    async (id, seed, ways) => {
      const told = await runAnomaly(id as CheckId, seed, ways);
      expect(told).toEqual({ injected: ways, fired: ways, first: ways, faultySeeds: [] });
    },
  );
});

/** What is told of the ways of one check, the first place for each from a seed on. */
async function runAnomaly(id: CheckId, firstSeed: number, injections: number): Promise<object> {
  const one = { firstSeed, injections, histories: 0, doubt: 0, only: id };
  const { anomalies } = await runSelftest(one);
  const sum = (of: (row: (typeof anomalies)[number]) => number): number =>
    anomalies.reduce((total, row) => total + of(row), 0);
  return {
    injected: sum(({ injected }) => injected),
    fired: sum(({ fired }) => fired),
    first: sum(({ first }) => first),
    faultySeeds: anomalies.flatMap(({ faultySeeds }) => faultySeeds),
  };
}
