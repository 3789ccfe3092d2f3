/** The stopping rule of the gate: its arithmetic, its verdicts, and its errors measured by simulation. */
import { describe, expect, test } from "vitest";
import {
  GATE_RULE,
  type Judgement,
  judge,
  nextLook,
  type SequentialRule,
} from "../../../src/stats/sequential.ts";
import { signedRankCritical } from "../../../src/stats/signed-rank.ts";
import { countOf, type Noise, noise, sample } from "../../support/stats/noise.ts";

type Draw = (source: Noise) => number;

const normal: Draw = ({ normal: next }) => 0.05 * next();
/** One pair in ten is disturbed ten times as much, in either direction. */
const disturbed: Draw = ({ normal: next, uniform }) => (uniform() < 0.1 ? 0.5 : 0.05) * next();

/** A whole comparison: pairs are added until the rule stops. */
function compareUntilDecided(slowdown: number, draw: Draw, source: Noise, metrics = 1): Judgement {
  const slowdowns = Array.from({ length: metrics }, () =>
    sample(32, () => Math.log(slowdown) + draw(source)),
  );
  for (const { pairs } of GATE_RULE.looks) {
    const seen = slowdowns.map((values, i) => [`m${i}`, values.slice(0, pairs)] as const);
    const judgement = judge(Object.fromEntries(seen));
    if (judgement.verdict !== "continue") {
      return judgement;
    }
  }
  throw new Error("the last look must decide or be inconclusive");
}

/** `pairs` log slowdowns around the given ratio, within ±1 %. */
function around(ratio: number, pairs: number): number[] {
  return Array.from({ length: pairs }, (_, i) => Math.log(ratio) + 0.02 * (i / (pairs - 1) - 0.5));
}

describe("the gate's rule", () => {
  test("divides 0.5 % of false alarms and 2 % of misses among its looks, and no more", () => {
    const falseAlarm = GATE_RULE.looks.reduce((sum, look) => sum + look.falseAlarm, 0);
    const miss = GATE_RULE.looks.reduce((sum, look) => sum + look.miss, 0);
    expect(falseAlarm).toBeCloseTo(0.005, 12);
    expect(miss).toBeCloseTo(0.02, 12);
  });

  test("can pass at every look and can find a regression at every look but the first", () => {
    const reachable = (error: number, pairs: number) => signedRankCritical(pairs, error) !== null;
    expect(GATE_RULE.looks.map(({ pairs, miss }) => reachable(miss, pairs))).toEqual(
      GATE_RULE.looks.map(() => true),
    );
    expect(GATE_RULE.looks.map(({ pairs, falseAlarm }) => reachable(falseAlarm, pairs))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test("looks after 8, 12, 16, 24 and 32 pairs", () => {
    expect([0, 8, 9, 16, 24, 32].map((pairs) => nextLook(pairs))).toEqual([
      8,
      12,
      12,
      24,
      32,
      null,
    ]);
  });
});

describe("a judgement", () => {
  test("passes an unchanged metric at the first look", () => {
    const {
      verdict,
      metrics: { submitMs },
    } = judge({ submitMs: around(1, 8) });
    expect(verdict).toBe("pass");
    expect(submitMs?.ratio).toBeCloseTo(1, 9);
    expect(submitMs?.passPValue).toBe(1 / 256);
  });

  test("waits for twelve pairs before it calls even a doubling a regression", () => {
    expect(judge({ submitMs: around(2, 8) }).verdict).toBe("continue");
    const {
      verdict,
      metrics: { submitMs },
    } = judge({ submitMs: around(2, 12) });
    expect(verdict).toBe("regression");
    expect(submitMs?.regressionPValue).toBe(2 ** -12);
  });

  test("calls a slowdown between the margins that is proven to be beyond 3 % a regression", () => {
    expect(judge({ submitMs: around(1.06, 32) }).verdict).toBe("regression");
  });

  test("is inconclusive only at the last look", () => {
    const { normal: next } = noise(30);
    const wild = sample(32, () => 0.5 * next());
    expect(judge({ submitMs: wild.slice(0, 24) }).verdict).toBe("continue");
    expect(judge({ submitMs: wild }).verdict).toBe("inconclusive");
  });

  test("says which slowdown it could have seen: one a little larger, it calls a regression", () => {
    const { normal: next } = noise(34);
    for (const pairs of [12, 16, 24, 32]) {
      const wild = sample(pairs, () => 0.2 * next());
      const { submitMs } = judge({ submitMs: wild }).metrics;
      const visible = Math.log(submitMs?.smallestVisibleRatio ?? Number.NaN);
      const estimate = Math.log(submitMs?.ratio ?? Number.NaN);
      const verdictAt = (slowdown: number) =>
        judge({ submitMs: wild.map((value) => value - estimate + slowdown) }).verdict;
      expect(verdictAt(visible + 1e-9)).toBe("regression");
      expect(verdictAt(visible - 1e-9)).not.toBe("regression");
    }
  });

  test("sees nothing, however large, at a look that may spend no false alarm", () => {
    const { submitMs } = judge({ submitMs: around(1, 8) }).metrics;
    expect(submitMs?.smallestVisibleRatio).toBeNull();
  });

  test("needs every metric to pass, and one to regress", () => {
    expect(judge({ a: around(1, 16), b: around(1, 16) }).verdict).toBe("pass");
    expect(judge({ a: around(1, 16), b: around(1.5, 16) }).verdict).toBe("regression");
    const mixed = judge({ a: around(1, 8), b: around(1.5, 8) });
    expect(mixed.verdict).toBe("continue");
    expect(Object.values(mixed.metrics).map(({ verdict }) => verdict)).toEqual([
      "pass",
      "undecided",
    ]);
  });

  test("corrects the regression's p-value for the number of metrics", () => {
    const { b } = judge({ a: around(1, 12), b: around(1.5, 12), c: around(1, 12) }).metrics;
    expect(b?.regressionPValue).toBe(3 * 2 ** -12);
  });

  test("refuses numbers of pairs that are not a look, and metrics of unequal length", () => {
    expect(() => judge({ a: around(1, 10) })).toThrow("10 pairs are not a look");
    expect(() => judge({})).toThrow("undefined pairs are not a look");
    expect(() => judge({ a: around(1, 8), b: around(1, 12) })).toThrow(
      "metrics with unequal numbers of pairs",
    );
  });

  test("follows another rule when given one", () => {
    const strict: SequentialRule = {
      looks: [{ pairs: 10, falseAlarm: 0.01, miss: 0.01 }],
      toleratedRatio: 1,
      fatalRatio: 1.02,
    };
    expect(judge({ a: around(1.06, 10) }, strict).verdict).toBe("regression");
  });
});

describe("whole comparisons, simulated", () => {
  const runs = 1_500;

  test.each([
    { noiseKind: "normal noise", draw: normal, metrics: 1 },
    { noiseKind: "disturbed pairs", draw: disturbed, metrics: 1 },
    { noiseKind: "three metrics", draw: normal, metrics: 3 },
  ])("rarely call a tolerated slowdown a regression, with $noiseKind", ({ draw, metrics }) => {
    const source = noise(31);
    const flagged = countOf(
      runs,
      () => compareUntilDecided(1.03, draw, source, metrics).verdict === "regression",
    );
    expect(flagged / runs).toBeLessThanOrEqual(0.005);
  });

  test.each([
    { noiseKind: "normal noise", draw: normal, found: 0.98 },
    // 95.5 % in 2,000 comparisons; three standard errors of 1,500 are 1.6 %.
    { noiseKind: "disturbed pairs", draw: disturbed, found: 0.939 },
  ])("find a slowdown of a tenth and rarely pass it, with $noiseKind", ({ draw, found }) => {
    const source = noise(32);
    const verdicts = sample(runs, () => 0).map(
      () => compareUntilDecided(1.1, draw, source).verdict,
    );
    const share = (wanted: string) =>
      verdicts.filter((verdict) => verdict === wanted).length / runs;
    expect(share("pass")).toBeLessThanOrEqual(0.02);
    expect(share("regression")).toBeGreaterThanOrEqual(found);
  });

  test("pass an unchanged build in at least 90 %, mostly before the last look", () => {
    const source = noise(33);
    const judgements = sample(runs, () => 0).map(() => compareUntilDecided(1, normal, source));
    const passed = judgements.filter(({ verdict }) => verdict === "pass");
    expect(passed.length / runs).toBeGreaterThanOrEqual(0.9);
    expect(passed.filter(({ pairs }) => pairs <= 16).length / runs).toBeGreaterThanOrEqual(0.9);
    expect(judgements.filter(({ verdict }) => verdict === "regression")).toEqual([]);
  });
});
