/** What becomes of the rounds of one process. */
import { describe, expect, test } from "vitest";
import type { Checks } from "../../../src/results/result.ts";
import { joinChecks } from "../../../src/runner/join-checks.ts";
import { joinRounds } from "../../../src/runner/join-rounds.ts";

const GOOD: Checks = {
  jobs: 10,
  edges: 5,
  doneOnce: true,
  ordered: null,
  checksum: "a",
  violations: [],
};

describe("the metrics of rounds", () => {
  test("of one round are its own, without columns", () => {
    expect(joinRounds([{ submitMs: 3, jobs: 10 }])).toEqual({ metrics: { submitMs: 3, jobs: 10 } });
  });

  test("of several are medians, with the columns of those that differ", () => {
    const rounds = [
      { submitMs: 3, jobs: 10 },
      { submitMs: 9, jobs: 10 },
      { submitMs: 4, jobs: 10, odd: 1 },
    ];
    expect(joinRounds(rounds)).toEqual({
      metrics: { submitMs: 4, jobs: 10 },
      rounds: { submitMs: [3, 9, 4] },
    });
  });
});

describe("the checks of rounds", () => {
  test("are those of one when all are alike", () => {
    expect(joinChecks([GOOD, GOOD, GOOD])).toEqual(GOOD);
  });

  test("tell of the round that is wrong, and that did other work", () => {
    const wrong = { ...GOOD, doneOnce: false, violations: ["job 3 was done twice"] };
    expect(joinChecks([GOOD, wrong, { ...GOOD, jobs: 9 }])).toEqual({
      ...GOOD,
      doneOnce: false,
      violations: ["round 2: job 3 was done twice", "round 3: jobs 9, not 10 as in the first"],
    });
  });
});
