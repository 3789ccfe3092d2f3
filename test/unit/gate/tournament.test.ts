/** The rules of other tools on figures whose answer is known. */
import { describe, expect, test } from "vitest";
import { BLOCK_FIGURES, playTournament } from "../../../src/gate/tournament.ts";
import { type Sight, TOURNAMENT_RULES } from "../../../src/gate/tournament-rules.ts";
import type { ArmPair } from "../../../src/results/selftest-record.ts";

/** 100 … 107 in an order that is not theirs. */
const BASE = [103, 100, 106, 101, 107, 104, 102, 105];

function alarms(sight: Partial<Sight>): readonly (boolean | null)[] {
  const whole = { base: BASE, head: BASE, stored: BASE, history: [103.2, 103.5, 103.8], ...sight };
  return TOURNAMENT_RULES.map((rule) => rule.alarm(whole));
}

function slower(share: number): readonly number[] {
  return BASE.map((cost) => cost * (1 + share));
}

describe("the rules", () => {
  test("are silent about the same figures", () => {
    expect(alarms({ history: [95, 110, 100, 108] })).toEqual([false, false, false, false, false]);
  });

  test("know what they cannot judge", () => {
    expect(alarms({ stored: null, history: null })).toEqual([null, false, false, false, null]);
  });

  test("differ in what they take for news", () => {
    // 4 % is too little for the rules of 1.1; the steady history ends at 105.9.
    expect(alarms({ head: slower(0.04) })).toEqual([false, true, true, false, true]);
    expect(alarms({ head: slower(0.12) })).toEqual([true, true, true, true, true]);
    // All heads are better.
    expect(alarms({ head: slower(-0.2) })).toEqual([false, false, false, false, false]);
  });

  test("by the stored mean, only the mean counts", () => {
    const [byMean] = TOURNAMENT_RULES;
    const sight = { base: BASE, stored: [100], history: null };
    expect(byMean?.alarm({ ...sight, head: [110, 110] })).toBe(false);
    expect(byMean?.alarm({ ...sight, head: [110, 110.1] })).toBe(true);
  });
});

function pair(base: number, arm: ArmPair["arm"], sitting: number): ArmPair {
  return { arm, sitting, first: "base", base, head: base, noisy: false };
}

describe("playTournament", () => {
  const calm = Array.from({ length: 96 }, (_, i) =>
    pair(BASE[i % BLOCK_FIGURES] ?? 0, "same", i < 48 ? 0 : 1),
  );

  test("plays each window that lies in one sitting", () => {
    const rows = playTournament(calm, "lower");
    // 48 − 16 + 1 places in each of two sittings; the first has no stored base.
    expect(rows.map(({ same }) => same?.of)).toEqual([33, 66, 66, 66, 1]);
    expect(rows.map(({ same }) => same?.hits)).toEqual([0, 0, 0, 0, 0]);
    expect(rows[0]?.slow15).toEqual({ hits: 33, of: 33 });
    expect(rows.map(({ hog }) => hog)).toEqual([null, null, null, null, null]);
  });

  test("begins a hog with the head", () => {
    const hog = BASE.map((cost) => pair(cost * 1.5, "sameHog", 1));
    const rows = playTournament([...calm, ...hog], "lower");
    expect(rows.map((row) => row.hog)).toEqual([
      { hits: 1, of: 1 },
      { hits: 1, of: 1 },
      { hits: 1, of: 1 },
      { hits: 1, of: 1 },
      { hits: 1, of: 1 },
    ]);
    expect(rows.map((row) => row.same?.of)).toEqual([33, 66, 66, 66, 1]);
  });

  test("turns a metric of which more is better around", () => {
    const rates = calm.map((one) => ({ ...one, base: 1000 / one.base }));
    expect(playTournament(rates, "higher")[1]?.slow15).toEqual({ hits: 66, of: 66 });
  });
});
