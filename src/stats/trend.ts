/** Whether something grows while it is watched: a straight line through means of neighbours, with an interval. */
import { mean, sum } from "./elements.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { studentQuantile } from "./normal.ts";

/** A sample at a time. */
export interface TimedValue {
  readonly at: number;
  readonly value: number;
}

/** The change of the value per unit of time. */
export interface Trend {
  readonly slope: number;
  readonly interval: Interval;
}

/**
 * Neighbouring samples of a queue resemble each other, which would make a line through all of them far
 * too sure of itself. The means of so many stretches hardly do.
 */
const STRETCHES = 10;

/** A stretch with fewer samples than this is no mean worth having. */
const MIN_SAMPLES = 2;

/** Fits a line through the means of ten equal stretches, in order of time. Null with fewer than 20 samples. */
export function trend(
  samples: readonly TimedValue[],
  confidence: number = CONFIDENCE,
): Trend | null {
  if (samples.length < STRETCHES * MIN_SAMPLES) return null;
  const points = Array.from({ length: STRETCHES }, (_, i) => {
    const part = samples.slice(
      Math.floor((i * samples.length) / STRETCHES),
      Math.floor(((i + 1) * samples.length) / STRETCHES),
    );
    return { x: mean(part.map((sample) => sample.at)), y: mean(part.map(({ value }) => value)) };
  });
  const centerX = mean(points.map(({ x }) => x));
  const centerY = mean(points.map(({ y }) => y));
  const spreadX = sum(points.map(({ x }) => (x - centerX) ** 2));
  if (spreadX === 0) return null;
  const slope = sum(points.map(({ x, y }) => (x - centerX) * (y - centerY))) / spreadX;
  const residuals = points.map(({ x, y }) => y - centerY - slope * (x - centerX));
  const error = Math.sqrt(sum(residuals.map((r) => r * r)) / (STRETCHES - 2) / spreadX);
  const reach = studentQuantile(0.5 + confidence / 2, STRETCHES - 2) * error;
  return { slope, interval: { low: slope - reach, high: slope + reach } };
}

/** Samples from `share` of the time on: the start of a load says little about where it settles. */
export function afterStart(samples: readonly TimedValue[], share: number): readonly TimedValue[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  return samples.filter((sample) => sample.at >= first.at + share * (last.at - first.at));
}
