/** How much worse the head of a recorded pair is. */
import type { ArmPair } from "../results/selftest-record.ts";
import { logSlowdown } from "../stats/compare.ts";

/** The log slowdown of a pair; positive is worse. */
export function armSlowdown({ base, head, slowdown }: ArmPair, better: "higher" | "lower"): number {
  return slowdown ?? logSlowdown([base], [head], better);
}

/** The pair with a head that is slower by a share than it was. */
export function slowedPair(pair: ArmPair, share: number, better: "higher" | "lower"): ArmPair {
  const head = better === "lower" ? pair.head * (1 + share) : pair.head / (1 + share);
  return { ...pair, head, slowdown: armSlowdown(pair, better) + Math.log1p(share) };
}
