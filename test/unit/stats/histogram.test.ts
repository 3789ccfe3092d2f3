/** Latency histograms against sorted arrays. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram, SHOWN_PERCENTILES } from "../../../src/stats/histogram.ts";

/** From a nanosecond to about 18 minutes, small and large alike. */
const latencyMs = fc
  .tuple(fc.integer({ min: 1, max: 1023 }), fc.integer({ min: 0, max: 30 }))
  .map(([mantissa, exponent]) => (mantissa * 2 ** exponent) / 1e6);

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = LatencyHistogram.empty();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The definition: the smallest value that this share of the values does not exceed. */
function percentileOf(values: readonly number[], percentile: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil((percentile / 100) * ordered.length) - 1)] ?? Number.NaN;
}

describe("a latency histogram", () => {
  it("gives every percentile of a sorted array, at most 0.1 % above it", () => {
    fc.assert(
      fc.property(
        fc.array(latencyMs, { minLength: 1, maxLength: 200 }),
        // Eighths: the rank of such a percentile has no rounding to argue about.
        fc.integer({ min: 1, max: 8 }).map((eighths) => eighths * 12.5),
        (values, percentile) => {
          const exact = percentileOf(values, percentile);
          const found = histogramOf(values).percentileMs(percentile);
          expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
          expect(found).toBeLessThanOrEqual(exact * 1.001 + 1e-6);
        },
      ),
    );
  });

  it("adds up: merged parts are the whole", () => {
    const values = fc.array(latencyMs, { maxLength: 100 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        fc.pre(a.length + b.length > 0);
        const merged = LatencyHistogram.merge([histogramOf(a), histogramOf(b)]);
        const whole = histogramOf([...a, ...b]);
        expect(merged.count).toBe(whole.count);
        for (const percentile of SHOWN_PERCENTILES)
          expect(merged.percentileMs(percentile)).toBe(whole.percentileMs(percentile));
      }),
    );
  });

  it("is the same after writing and reading", () => {
    fc.assert(
      fc.property(fc.array(latencyMs, { minLength: 1, maxLength: 100 }), (values) => {
        const histogram = histogramOf(values);
        const read = LatencyHistogram.decode(histogram.encode());
        expect(read.count).toBe(values.length);
        for (const percentile of SHOWN_PERCENTILES)
          expect(read.percentileMs(percentile)).toBe(histogram.percentileMs(percentile));
      }),
    );
  });

  it("tells nanoseconds apart, and holds a day", () => {
    const histogram = histogramOf([1e-6, 2e-6, 86_400_000]);
    expect(histogram.percentileMs(25)).toBe(1e-6);
    expect(histogram.percentileMs(50)).toBe(2e-6);
    expect(histogram.percentileMs(100) / 86_400_000).toBeCloseTo(1, 2);
  });

  it("refuses what is no latency, and has no percentile without values", () => {
    const histogram = LatencyHistogram.empty();
    expect(histogram.count).toBe(0);
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => histogram.record(wrong)).toThrow("is no latency");
    expect(() => histogram.percentileMs(50)).toThrow("a percentile of no values");
    expect(() => histogram.percentileMs(101)).toThrow("101 is no percentile");
    expect(() => LatencyHistogram.decode("hello")).toThrow();
  });
});
