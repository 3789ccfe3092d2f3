/**
 * Steps in a history of runs: where the distribution changed, by Székely and Rizzo's energy distance
 * and a permutation test, applied again to both sides of each change found (hierarchical E-divisive).
 */
import { at, sum } from "./elements.ts";
import { median } from "./summary.ts";

/** A change between two neighbours of a series. */
export interface ChangePoint {
  /** The first value of the new regime. */
  readonly index: number;
  /** Medians of the regimes on both sides, up to the neighbouring changes. */
  readonly before: number;
  readonly after: number;
  /** Share of shuffled series that show a change at least as clear. */
  readonly pValue: number;
}

/** Settings of {@link findChangePoints}. */
export interface ChangePointOptions {
  /** Uniform in [0, 1); seeded, so that a history always reads the same. */
  readonly random: () => number;
  /** A change is real at or below this p-value. */
  readonly maxPValue?: number;
  /** Each test costs this many scans; 199 can show p = 0.5 %. */
  readonly permutations?: number;
}

const MAX_P = 0.01;
const PERMUTATIONS = 199;
/** A regime is at least this long, so that one wild value is not a change. */
const MIN_REGIME = 5;
/** Each scan compares all pairs: of longer series only the end is searched. */
const MAX_VALUES = 250;

/** The changes of a series in time order; values older than the last 250 are not searched. */
export function findChangePoints(
  values: readonly number[],
  options: ChangePointOptions,
): ChangePoint[] {
  const offset = Math.max(0, values.length - MAX_VALUES);
  const recent = values.slice(offset);
  const steps = splitRecursively(recent, 0, options);
  const bounds = [0, ...steps.map(({ index }) => index), recent.length];
  return steps.map(({ index, pValue }, i) => ({
    index: index + offset,
    before: median(recent.slice(at(bounds, i), index)),
    after: median(recent.slice(index, at(bounds, i + 2))),
    pValue,
  }));
}

interface Step {
  readonly index: number;
  readonly pValue: number;
}

/** Depth is limited by the length: each side keeps at least one whole regime. */
function splitRecursively(
  values: readonly number[],
  offset: number,
  options: ChangePointOptions,
): Step[] {
  const best = clearestSplit(values);
  if (best === null) {
    return [];
  }
  const permutations = options.permutations ?? PERMUTATIONS;
  let asClear = 0;
  for (let i = 0; i < permutations; i++) {
    const other = clearestSplit(shuffled(values, options.random));
    asClear += other !== null && other.energy >= best.energy ? 1 : 0;
  }
  const pValue = (1 + asClear) / (1 + permutations);
  if (pValue > (options.maxPValue ?? MAX_P)) {
    return [];
  }
  return [
    ...splitRecursively(values.slice(0, best.index), offset, options),
    { index: offset + best.index, pValue },
    ...splitRecursively(values.slice(best.index), offset + best.index, options),
  ];
}

/**
 * The split with the largest energy distance between its sides, scaled by their lengths. Moves one
 * value at a time from the right side to the left, so that a scan costs one pass over all pairs.
 */
function clearestSplit(values: readonly number[]): { index: number; energy: number } | null {
  const n = values.length;
  const fromAll = values.map((value) => sum(values.map((other) => Math.abs(other - value))));
  let withinLeft = 0;
  let withinRight = sum(fromAll) / 2;
  let best: { index: number; energy: number } | null = null;
  const total = withinRight;
  for (let left = 1; left <= n - MIN_REGIME; left++) {
    const moved = at(values, left - 1);
    let toLeft = 0;
    for (let i = 0; i < left - 1; i++) {
      toLeft += Math.abs(at(values, i) - moved);
    }
    withinLeft += toLeft;
    withinRight -= at(fromAll, left - 1) - toLeft;
    const right = n - left;
    const between = total - withinLeft - withinRight;
    const distance =
      (2 * between) / (left * right) -
      (2 * withinLeft) / (left * left) -
      (2 * withinRight) / (right * right);
    const energy = ((left * right) / n) * distance;
    if (left >= MIN_REGIME && (best === null || energy > best.energy)) {
      best = { index: left, energy };
    }
  }
  return best !== null && best.energy > 0 ? best : null;
}

/** Fisher and Yates' shuffle of a copy. */
function shuffled(values: readonly number[], random: () => number): number[] {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [at(copy, j), at(copy, i)];
  }
  return copy;
}
