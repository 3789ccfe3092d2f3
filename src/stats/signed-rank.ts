/** Wilcoxon's signed-rank distribution, counted exactly: what paired comparisons rest on. */
import assert from "node:assert/strict";
import { at } from "./elements.ts";

/** Up to this size all 2^n sign patterns are counted without rounding. */
const MAX_PAIRS = 50;

const known = new Map<number, Float64Array>();

/** The probability that the rank sum of n differences, each sign equally likely, is at most w. n ≤ 50. */
export function signedRankCdf(w: number, n: number): number {
  const cumulative = cumulativeShares(n);
  const whole = Math.floor(w);
  return whole < 0 ? 0 : at(cumulative, Math.min(whole, cumulative.length - 1));
}

/** The largest rank sum that is reached or undercut with at most the given probability; null when even 0 is likelier. */
export function signedRankCritical(n: number, probability: number): number | null {
  const cumulative = cumulativeShares(n);
  const above = cumulative.findIndex((share) => share > probability);
  return above === 0 ? null : (above === -1 ? cumulative.length : above) - 1;
}

/** The distribution function at 0, 1, 2 …; kept, since gates ask for few sizes many times. */
function cumulativeShares(n: number): Float64Array {
  assert(Number.isInteger(n) && n > 0 && n <= MAX_PAIRS, `${n} pairs are outside 1…${MAX_PAIRS}`);
  const cached = known.get(n);
  if (cached) {
    return cached;
  }
  // counts[w]: the subsets of the ranks 1…n that sum to w.
  const counts = new Float64Array((n * (n + 1)) / 2 + 1);
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let w = counts.length - 1; w >= rank; w--) {
      counts[w] = at(counts, w) + at(counts, w - rank);
    }
  }
  let total = 0;
  const shares = counts.map((count) => {
    total += count;
    return total / 2 ** n;
  });
  known.set(n, shares);
  return shares;
}
