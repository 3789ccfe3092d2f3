/** The point from which more of something (workers, rate, batch) brings no more throughput. */
import { at } from "./elements.ts";

/** Throughput measured at one setting of the knob. */
export interface KnobPoint {
  readonly knob: number;
  readonly throughput: number;
}

/** Where the gain ends. */
export interface Saturation {
  /** The smallest setting that no larger one beats by 10 % or more. */
  readonly knob: number;
  readonly throughput: number;
  /** The largest setting tried, and the best throughput beyond `knob` relative to that at `knob`. */
  readonly lastKnob: number;
  readonly bestRatioBeyond: number;
}

/** A gain below this is not worth a larger setting. */
const MIN_GAIN = 0.1;
/** Settings must go this far beyond the point, or the flat part is too short to tell. */
const MIN_STRETCH = 2;

/**
 * Finds the smallest setting from which on the throughput stays within 10 %, provided that settings
 * of at least twice as much were tried. Null while it still grows. One point per setting, any order.
 */
export function findSaturation(points: readonly KnobPoint[]): Saturation | null {
  const ordered = [...points].sort((a, b) => a.knob - b.knob);
  const last = ordered.at(-1);
  if (last === undefined) {
    return null;
  }
  const throughputs = ordered.map(({ throughput }) => throughput);
  for (const [index, { knob, throughput }] of ordered.entries()) {
    if (last.knob < MIN_STRETCH * knob) {
      return null;
    }
    const bestBeyond = Math.max(...throughputs.slice(index + 1));
    if (bestBeyond < (1 + MIN_GAIN) * at(throughputs, index)) {
      const bestRatioBeyond = bestBeyond / throughput;
      return { knob, throughput, lastKnob: last.knob, bestRatioBeyond };
    }
  }
  return null;
}
