/** The size at which one way in overtakes another, from trials of both at several sizes. Pure. */
import type { Crossover, Slowdown } from "../results/tune-result.ts";
import { slowdownOf } from "./slowdown.ts";

/** Both ways at one size; costs are positive, lower is better. */
export interface SizePoint {
  /** Jobs and edges. */
  readonly rows: number;
  /** The `dagSize` that gives these rows. */
  readonly dagSize: number;
  readonly small: readonly number[];
  readonly large: readonly number[];
}

interface Judged {
  readonly rows: number;
  readonly dagSize: number;
  /** Of `large` against `small`: above 1, `small` is ahead. */
  readonly slowdown: Slowdown;
}

/** Sizes this close together need no further one between them. */
const NARROW_RATIO = 1.5;

/** Where `large` overtakes `small`; the points may come in any order. */
export function crossoverOf(small: string, large: string, points: readonly SizePoint[]): Crossover {
  const judged = judge(points);
  const low = judged.findLast(({ slowdown }) => (slowdown.low ?? 0) > 1)?.rows ?? null;
  const high =
    judged.find(({ rows, slowdown }) => surelyAhead(slowdown) && rows > (low ?? 0))?.rows ?? null;
  const names = { small, large, low, high };
  if (low === null && high === null) return { ...names, kind: "not-told-apart", rows: null };
  if (high === null) return { ...names, kind: "small-always", rows: null };
  if (low === null) return { ...names, kind: "large-always", rows: null };
  return { ...names, kind: "crosses", rows: zeroOf(judged) ?? Math.sqrt(low * high) };
}

/** The `dagSize` whose measurement would narrow the crossing most; `null` when it is narrow or there is none. */
export function nextSize(points: readonly SizePoint[]): number | null {
  const judged = judge(points);
  const lowAt = judged.findLastIndex(({ slowdown }) => slowdown.ratio > 1);
  const [below, above] = [judged[lowAt], judged[lowAt + 1]];
  if (below === undefined || above === undefined) return null;
  if (above.rows / below.rows <= NARROW_RATIO) return null;
  const size = Math.round(Math.sqrt(below.dagSize * above.dagSize));
  return size === below.dagSize || size === above.dagSize ? null : size;
}

function judge(points: readonly SizePoint[]): readonly Judged[] {
  return points
    .filter(({ small, large }) => small.length > 0 && large.length > 0)
    .map(({ rows, dagSize, small, large }) => ({
      rows,
      dagSize,
      slowdown: slowdownOf(large, small),
    }))
    .sort((a, b) => a.rows - b.rows);
}

function surelyAhead({ high }: Slowdown): boolean {
  return high !== null && high < 1;
}

/** Where the line between the last size with `small` ahead and the next one passes 1, on log axes. */
function zeroOf(judged: readonly Judged[]): number | null {
  const lowAt = judged.findLastIndex(({ slowdown }) => slowdown.ratio > 1);
  const [below, above] = [judged[lowAt], judged[lowAt + 1]];
  if (below === undefined || above === undefined) return null;
  const [from, to] = [Math.log(below.slowdown.ratio), Math.log(above.slowdown.ratio)];
  const share = from === to ? 0.5 : from / (from - to);
  return below.rows * (above.rows / below.rows) ** share;
}

/** A threshold that people can remember: 1, 2 or 5 times a power of ten, the nearest by ratio. */
export function roundThreshold(rows: number): number {
  const power = 10 ** Math.floor(Math.log10(rows));
  const steps = [1, 2, 5, 10].map((step) => step * power);
  return steps.reduce((best, step) =>
    Math.abs(Math.log(step / rows)) < Math.abs(Math.log(best / rows)) ? step : best,
  );
}
