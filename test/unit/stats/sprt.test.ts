/** The sequential flakiness test: the published numbers, and its two errors by simulation. */
import { describe, expect, test } from "vitest";
import {
  CAREFUL_PLAN,
  type FlakinessPlan,
  type FlakinessVerdict,
  judgeFlakiness,
  passesToAccept,
  QUICK_PLAN,
} from "../../../src/stats/sprt.ts";
import { countOf, noise } from "../../support/stats/noise.ts";

/** Runs a test of the given failure rate until the plan answers. */
function runUntilDecided(rate: number, plan: FlakinessPlan, uniform: () => number) {
  let passes = 0;
  let failures = 0;
  let verdict: FlakinessVerdict = "continue";
  while (verdict === "continue") {
    if (uniform() < rate) {
      failures++;
    } else {
      passes++;
    }
    verdict = judgeFlakiness(passes, failures, plan);
  }
  return verdict;
}

describe("the sequential flakiness test", () => {
  test("accepts after 326 straight passes, and not after 325", () => {
    expect(passesToAccept()).toBe(326);
    expect(judgeFlakiness(325, 0)).toBe("continue");
    expect(judgeFlakiness(326, 0)).toBe("stable");
  });

  test("accepts after 59 straight passes in its quick form, and not after 58", () => {
    expect(passesToAccept(QUICK_PLAN)).toBe(59);
    expect(judgeFlakiness(58, 0, QUICK_PLAN)).toBe("continue");
    expect(judgeFlakiness(59, 0, QUICK_PLAN)).toBe("stable");
  });

  test("asks for another run before the first", () => {
    expect(judgeFlakiness(0, 0)).toBe("continue");
  });

  test("calls two failures at once flaky, and lets one be outlived by passes", () => {
    expect(judgeFlakiness(0, 1)).toBe("continue");
    expect(judgeFlakiness(0, 2)).toBe("flaky");
    // One failure weighs ln 10, which 255 passes outweigh: 326 + 255 in all, less rounding.
    expect(judgeFlakiness(579, 1)).toBe("continue");
    expect(judgeFlakiness(580, 1)).toBe("stable");
  });

  test.each([
    { name: "careful", plan: CAREFUL_PLAN },
    { name: "quick", plan: QUICK_PLAN },
  ])("keeps both errors of the $name plan within Wald's bounds", ({ plan }) => {
    const { uniform } = noise(326);
    const runs = 3_000;
    const falseAlarms = countOf(
      runs,
      () => runUntilDecided(plan.acceptable, plan, uniform) === "flaky",
    );
    const misses = countOf(
      runs,
      () => runUntilDecided(plan.unacceptable, plan, uniform) === "stable",
    );
    // Wald's bounds are α / (1 − β) and β / (1 − α), 5.3 %; three standard errors are 1.2 %.
    expect(falseAlarms / runs).toBeLessThan(0.065);
    expect(misses / runs).toBeLessThan(0.065);
    // And the test is not merely silent: it makes both errors.
    expect(falseAlarms).toBeGreaterThan(0);
    expect(misses).toBeGreaterThan(0);
  });
});
