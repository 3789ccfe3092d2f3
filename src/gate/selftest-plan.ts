/** How many gates of each arm a selftest plays, and which arm is next. */
import { ARM_NAMES, type ArmName, type ArmPair } from "../results/selftest-record.ts";
import { playGates } from "./play-gates.ts";

/** The two sizes of a selftest. */
export type SelftestSize = "quick" | "full";

/**
 * Gates by arm. The full numbers are the least with which a perfect record proves its target with 95 %
 * confidence: no false alarm in 299 bounds them by 1 %, no miss in 59 bounds what is found by 95 %.
 */
const TARGETS: Readonly<Record<SelftestSize, Readonly<Record<ArmName, number>>>> = {
  quick: { same: 6, slow3: 2, slow10: 4, slow15: 3, sameHog: 1, slow15Hog: 1 },
  full: { same: 299, slow3: 30, slow10: 59, slow15: 59, sameHog: 20, slow15Hog: 10 },
};

/** What to measure next. */
export interface NextPair {
  readonly arm: ArmName;
  /** Even and odd numbers begin with different sides. */
  readonly number: number;
}

/** Between the numbers of two gates, so that each draws its own order. */
const NUMBERS_OF_A_GATE = 64;

/** The arm that is furthest from its target; an open gate is finished first. Null when all have enough. */
export function nextPair(
  pairs: readonly ArmPair[],
  better: "higher" | "lower",
  size: SelftestSize,
): NextPair | null {
  const arms = ARM_NAMES.map((arm) => {
    const { gates, openPairs } = playGates(
      pairs.filter((pair) => pair.arm === arm),
      better,
    );
    const number = gates.length * NUMBERS_OF_A_GATE + openPairs;
    return { arm, number, openPairs, share: gates.length / TARGETS[size][arm] };
  });
  const open = arms.find(({ openPairs }) => openPairs > 0);
  const [behind] = arms.filter(({ share }) => share < 1).sort((a, b) => a.share - b.share);
  const next = open ?? behind;
  return next === undefined ? null : { arm: next.arm, number: next.number };
}
