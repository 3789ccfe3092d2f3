/** Searches the highest rate that a queue keeps: doubling until one breaks, then halving the gap by ratio. Pure. */

/** A rate that was tried. */
export interface RateStep {
  readonly ratePerS: number;
  /** Whether the service level held. */
  readonly kept: boolean;
}

/** What the steps amount to. */
export interface RateBounds {
  /** The highest rate that was kept below every broken one; null while none was. */
  readonly keptPerS: number | null;
  /** The lowest rate that broke; null while none did. */
  readonly brokenPerS: number | null;
}

/** The gap between kept and broken at which the search ends. */
const CLOSE_RATIO = 1.05;

/** No search needs more: from 1 to a million is 20 doublings, and a gap of 2 closes in 4. */
const MAX_STEPS = 40;

const MAX_RATE_PER_S = 1_000_000;

/** A rate has no more digits than it can be told by. */
const SIGNIFICANT_DIGITS = 3;

/** The bounds of the answer so far. */
export function rateBounds(steps: readonly RateStep[]): RateBounds {
  const broken = steps.filter(({ kept }) => !kept).map(({ ratePerS }) => ratePerS);
  const brokenPerS = broken.length === 0 ? null : Math.min(...broken);
  const kept = steps
    .filter((step) => step.kept && (brokenPerS === null || step.ratePerS < brokenPerS))
    .map(({ ratePerS }) => ratePerS);
  return { keptPerS: kept.length === 0 ? null : Math.max(...kept), brokenPerS };
}

/** The rate to try next, a whole number; null when the answer is close enough or out of range. */
export function nextRate(steps: readonly RateStep[], startPerS: number): number | null {
  if (steps.length === 0) return startPerS;
  if (steps.length >= MAX_STEPS) return null;
  const { keptPerS, brokenPerS } = rateBounds(steps);
  const next = candidate(keptPerS, brokenPerS);
  return steps.some(({ ratePerS }) => ratePerS === next) ? null : next;
}

function candidate(keptPerS: number | null, brokenPerS: number | null): number | null {
  if (brokenPerS === null) {
    const top = keptPerS === MAX_RATE_PER_S;
    return top ? null : Math.min(MAX_RATE_PER_S, (keptPerS ?? 1) * 2);
  }
  if (keptPerS === null) return brokenPerS === 1 ? null : Math.max(1, Math.floor(brokenPerS / 2));
  if (brokenPerS / keptPerS <= CLOSE_RATIO) return null;
  const middle = Math.sqrt(keptPerS * brokenPerS);
  const rounded = Math.round(Number(middle.toPrecision(SIGNIFICANT_DIGITS)));
  return rounded > keptPerS && rounded < brokenPerS ? rounded : null;
}
