/**
 * Latencies as a high dynamic range histogram: a million values in some kilobytes, any percentile to
 * three significant digits, and two of them add up to what one would have recorded.
 */
import assert from "node:assert/strict";
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

const NS_PER_MS = 1e6;

/** Three digits: a percentile is at most 0.1 % above the value that was recorded. */
const SIGNIFICANT_DIGITS = 3;

/** Counts as doubles: whole up to 2^53. */
const BITS = 64;

/** The range grows by itself; this is where it begins. */
const FIRST_RANGE_NS = 1024 * NS_PER_MS;

/** The percentiles that results show, from the fastest to the slowest value. */
export const SHOWN_PERCENTILES: readonly number[] = [0, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

/** Durations in milliseconds, kept in whole nanoseconds. */
export class LatencyHistogram {
  readonly #histogram: Histogram;

  private constructor(histogram: Histogram) {
    this.#histogram = histogram;
  }

  /** One without values. */
  static empty(): LatencyHistogram {
    return new LatencyHistogram(
      build({
        bitBucketSize: BITS,
        numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
        highestTrackableValue: FIRST_RANGE_NS,
        autoResize: true,
      }),
    );
  }

  /** Reads what {@link encode} wrote. @throws Error for any other text */
  static decode(text: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(text, BITS));
  }

  /** All values of several histograms in one. */
  static merge(histograms: Iterable<LatencyHistogram>): LatencyHistogram {
    const merged = LatencyHistogram.empty();
    for (const histogram of histograms) merged.#histogram.add(histogram.#histogram);
    return merged;
  }

  /** Adds a duration of at least 0, up to 104 days. */
  record(valueMs: number): void {
    const valueNs = Math.round(valueMs * NS_PER_MS);
    assert(Number.isSafeInteger(valueNs) && valueNs >= 0, `${valueMs} ms is no latency`);
    this.#histogram.recordValue(valueNs);
  }

  /** Values recorded. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /**
   * The smallest recorded value that `percentile` percent (0 to 100) of the values do not exceed, in
   * milliseconds, rounded up by at most 0.1 %. There must be at least one value.
   */
  percentileMs(percentile: number): number {
    assert(percentile >= 0 && percentile <= 100, `${percentile} is no percentile`);
    assert(this.count > 0, "a percentile of no values");
    return this.#histogram.getValueAtPercentile(percentile) / NS_PER_MS;
  }

  /** The form in which results keep it: HdrHistogram's own, compressed, in base64. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}
