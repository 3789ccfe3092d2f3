/** When jobs arrive under an open load: drawn beforehand, so that a slow queue cannot hold its own load back. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** `poisson`: at random, as independent users do. `constant`: evenly. */
export type ArrivalKind = "poisson" | "constant";

/** Most arrivals of one schedule; bounds memory at 80 MB. */
const MAX_ARRIVALS = 10_000_000;

const MS_PER_S = 1000;

/**
 * The arrival times in milliseconds from the start, rising, all below `durationMs`. A pure function of
 * its arguments. Under `constant` the first job arrives after half a gap.
 */
export function drawArrivals(
  kind: ArrivalKind,
  ratePerS: number,
  durationMs: number,
  seed: number,
): Float64Array {
  const expected = (ratePerS * durationMs) / MS_PER_S;
  if (expected > MAX_ARRIVALS) {
    throw new RangeError(`${expected} arrivals; at most ${MAX_ARRIVALS} fit in a schedule`);
  }
  return kind === "constant"
    ? evenTimes(ratePerS, durationMs)
    : randomTimes(ratePerS, durationMs, seed);
}

/** A schedule of exactly `count` jobs at random times, for workloads that count jobs and not time. */
export function drawCount(count: number, ratePerS: number, seed: number): Float64Array {
  const nextGapMs = gaps(ratePerS, seed);
  let atMs = 0;
  return Float64Array.from({ length: count }, () => (atMs += nextGapMs()));
}

function evenTimes(ratePerS: number, durationMs: number): Float64Array {
  const gapMs = MS_PER_S / ratePerS;
  return Float64Array.from(
    { length: Math.round(durationMs / gapMs) },
    (_, i) => (i + 0.5) * gapMs,
  ).filter((atMs) => atMs < durationMs);
}

function randomTimes(ratePerS: number, durationMs: number, seed: number): Float64Array {
  const nextGapMs = gaps(ratePerS, seed);
  const times: number[] = [];
  for (let atMs = nextGapMs(); atMs < durationMs; atMs += nextGapMs()) times.push(atMs);
  return Float64Array.from(times);
}

/** Gaps of a Poisson process: exponential, by the inverse of the distribution. */
function gaps(ratePerS: number, seed: number): () => number {
  const random = xoroshiro128plus(seed | 0);
  // 1 − u is never 0.
  return () => (-Math.log(1 - uniformFloat64(random)) / ratePerS) * MS_PER_S;
}
