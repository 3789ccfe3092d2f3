/** Two independent samples: does one tend to be larger, and by how much (Mann and Whitney, Hodges and Lehmann). */
import assert from "node:assert/strict";
import { at, sum } from "./elements.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { ranks, tieSizes } from "./ranks.ts";
import { median } from "./summary.ts";

/** Up to this many values together the exact distribution is counted; beyond, the normal one is as good. */
const MAX_EXACT = 60;
/** The shift compares all pairs: of a larger sample, this many values evenly spread over its order are used. */
const MAX_SHIFT_VALUES = 400;

/** What {@link mannWhitney} finds. */
export interface RankTest {
  /** Pairs (a, b) with b > a, plus half of the pairs that are equal. */
  readonly u: number;
  /** Two-sided; exact, ties included, up to 60 values together. */
  readonly pValue: number;
}

/** Tests whether `b` tends to be larger or smaller than `a`. Neither may be empty. */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  assert(a.length > 0 && b.length > 0, "a rank test of no values");
  const all = ranks([...a, ...b]);
  const rankSum = sum(all.slice(a.length));
  const u = rankSum - (b.length * (b.length + 1)) / 2;
  const pValue =
    all.length <= MAX_EXACT ? exactPValue(all, b.length, rankSum) : normalPValue(a, b, u);
  return { u, pValue };
}

/**
 * The shift from `a` to `b`: the median of all differences, with the interval that inverts the rank
 * test. On logarithms it is the ratio. The interval is null when the samples are too small for the
 * confidence (at 95 %: 4 and 4 suffice, 3 and 3 do not).
 */
export function medianShift(
  a: readonly number[],
  b: readonly number[],
  confidence: number = CONFIDENCE,
): { readonly shift: number; readonly interval: Interval | null } {
  const [from, to] = [thinned(a), thinned(b)];
  const differences = from.flatMap((x) => to.map((y) => y - x)).sort((x, y) => x - y);
  const leftOut = differencesLeftOut(from.length, to.length, (1 - confidence) / 2);
  return {
    shift: median(differences),
    interval:
      leftOut === null
        ? null
        : {
            low: at(differences, leftOut),
            high: at(differences, differences.length - 1 - leftOut),
          },
  };
}

function thinned(values: readonly number[]): readonly number[] {
  const step = values.length / MAX_SHIFT_VALUES;
  return step <= 1
    ? values
    : Array.from({ length: MAX_SHIFT_VALUES }, (_, i) => at(values, Math.floor(i * step)));
}

/** How many of the smallest differences lie outside an interval with the given error on each side. */
function differencesLeftOut(nA: number, nB: number, errorPerSide: number): number | null {
  const pairs = nA * nB;
  if (nA + nB > MAX_EXACT) {
    const sigma = Math.sqrt((pairs * (nA + nB + 1)) / 12);
    const position = pairs / 2 + normalQuantile(errorPerSide) * sigma - 0.5;
    return position < 0 ? null : Math.floor(position);
  }
  const untied = Array.from({ length: nA + nB }, (_, i) => i + 1);
  const counts = countSubsetSums(untied, nB);
  const smallest = nB * (nB + 1);
  const total = sum([...counts]);
  let below = 0;
  for (let u = 0; u <= pairs; u++) {
    below += at(counts, smallest + 2 * u);
    if (below / total > errorPerSide) {
      return u === 0 ? null : u - 1;
    }
  }
  return null;
}

/** The share of all ways to draw the sample whose rank sum is at least as far from the mean. */
function exactPValue(all: readonly number[], size: number, rankSum: number): number {
  const counts = countSubsetSums(all, size);
  const center = size * (all.length + 1);
  const distance = Math.abs(2 * rankSum - center);
  let far = 0;
  let total = 0;
  for (const [doubled, count] of counts.entries()) {
    total += count;
    far += Math.abs(doubled - center) >= distance ? count : 0;
  }
  return far / total;
}

/**
 * How many subsets of the given size have each sum; the index is twice the sum, since shared ranks
 * end in a half. Counts are exact up to 2^53 and relative errors stay at 1e-16 beyond.
 */
function countSubsetSums(values: readonly number[], size: number): Float64Array {
  const largest = 2 * sum([...values].sort((x, y) => y - x).slice(0, size));
  const rows = Array.from({ length: size + 1 }, () => new Float64Array(largest + 1));
  const empty = rows[0];
  assert(empty);
  empty[0] = 1;
  for (const value of values) {
    const step = 2 * value;
    for (let taken = size; taken >= 1; taken--) {
      const [row, fewer] = [rows[taken], rows[taken - 1]];
      assert(row && fewer);
      for (let doubled = largest; doubled >= step; doubled--) {
        row[doubled] = at(row, doubled) + at(fewer, doubled - step);
      }
    }
  }
  const full = rows[size];
  assert(full);
  return full;
}

/** The normal approximation with continuity and tie corrections. */
function normalPValue(a: readonly number[], b: readonly number[], u: number): number {
  const [nA, nB] = [a.length, b.length];
  const n = nA + nB;
  const ties = sum(tieSizes([...a, ...b]).map((t) => t ** 3 - t));
  const variance = ((nA * nB) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (variance === 0) {
    return 1;
  }
  const distance = Math.max(0, Math.abs(u - (nA * nB) / 2) - 0.5);
  return Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance)));
}
