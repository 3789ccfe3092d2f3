import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bySeverity,
  fixedAnswer,
  sequentialAnswer,
  verdictOf,
} from "../../../../src/races/flaky/verdict.ts";
import { CAREFUL_PLAN, passesToAccept, QUICK_PLAN } from "../../../../src/stats/sprt.ts";

function fixedVerdict(runs: number, failures: number, retried = 0): string {
  const counts = { runs, failures, events: failures + retried };
  return verdictOf(counts, fixedAnswer(counts, CAREFUL_PLAN));
}

describe("the verdict after a fixed number of runs", () => {
  it.each([
    [299, 0, 0, "stable"],
    [298, 0, 0, "inconclusive"],
    [1, 0, 0, "inconclusive"],
    [0, 0, 0, "inconclusive"],
    [51, 1, 0, "flaky"],
    [52, 1, 0, "suspect"],
    [1000, 1, 0, "suspect"],
    [355, 2, 0, "flaky"],
    [356, 2, 0, "suspect"],
    [1, 1, 0, "broken"],
    [20, 20, 0, "broken"],
    [20, 19, 0, "flaky"],
    [20, 0, 20, "flaky"],
    [1000, 0, 1, "suspect"],
  ])("%i runs, %i failures and %i retries: %s", (runs, failures, retried, verdict) => {
    expect(fixedVerdict(runs, failures, retried)).toBe(verdict);
  });

  const counts = fc
    .integer({ min: 1, max: 2000 })
    .chain((runs) =>
      fc.record({ runs: fc.constant(runs), failures: fc.integer({ min: 0, max: runs }) }),
    );

  it("never calls stable what failed or was retried, nor flaky what did neither", () => {
    fc.assert(
      fc.property(counts, ({ runs, failures }) => {
        const verdict = fixedVerdict(runs, failures);
        expect(verdict === "stable" || verdict === "inconclusive").toBe(failures === 0);
        expect(verdict === "broken").toBe(failures === runs);
      }),
    );
  });

  it("does not get milder when a pass becomes a failure", () => {
    fc.assert(
      fc.property(counts, ({ runs, failures }) => {
        fc.pre(failures < runs);
        const answers = [failures, failures + 1].map((events) =>
          fixedAnswer({ runs, failures: events, events }, CAREFUL_PLAN),
        );
        expect(Number(answers[0]?.rejects)).toBeLessThanOrEqual(Number(answers[1]?.rejects));
        expect(Number(answers[0]?.accepts)).toBeGreaterThanOrEqual(Number(answers[1]?.accepts));
      }),
    );
  });
});

describe("the sequential rule", () => {
  it("accepts after 326 straight passes, the quick one after 59, and not one earlier", () => {
    for (const [plan, passes] of [
      [CAREFUL_PLAN, 326],
      [QUICK_PLAN, 59],
    ] as const) {
      expect(passesToAccept(plan)).toBe(passes);
      expect(sequentialAnswer({ runs: passes - 1, failures: 0, events: 0 }, plan)).toBeNull();
      expect(sequentialAnswer({ runs: passes, failures: 0, events: 0 }, plan)).toEqual({
        accepts: true,
        rejects: false,
      });
    }
  });

  it("rejects at the second failure, the quick one at the first", () => {
    const rejected = { accepts: false, rejects: true };
    expect(sequentialAnswer({ runs: 1, failures: 1, events: 1 }, CAREFUL_PLAN)).toBeNull();
    expect(sequentialAnswer({ runs: 2, failures: 2, events: 2 }, CAREFUL_PLAN)).toEqual(rejected);
    expect(sequentialAnswer({ runs: 1, failures: 1, events: 1 }, QUICK_PLAN)).toEqual(rejected);
  });

  it("calls suspect what it has accepted and what failed afterwards", () => {
    const accepted = { accepts: true, rejects: false };
    expect(verdictOf({ runs: 400, failures: 1, events: 1 }, accepted)).toBe("suspect");
  });
});

it("verdicts are ordered from broken to stable", () => {
  const verdicts = ["stable", "suspect", "flaky", "inconclusive", "broken"] as const;
  expect([...verdicts].sort(bySeverity)).toEqual([
    "broken",
    "flaky",
    "suspect",
    "inconclusive",
    "stable",
  ]);
});
