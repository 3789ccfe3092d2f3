/**
 * Keeps the figures of which one trial has many: latencies and samples.
 *
 * While the trial runs they are plain columns, which cost next to nothing; the histograms, and the
 * code that makes them, come when it has ended.
 */
import { grown } from "../lib/grown.ts";
import type { Latency, Trial } from "../results/result.ts";
import type { Recorder } from "../scenario/workloads/workload-run.ts";

/** The percentiles of each latency that are metrics. */
const METRIC_PERCENTILES = [50, 99] as const;

/** What a trial's figures are when it has ended. */
export interface Recorded {
  /** `wakeMsP50` and the like, of every latency with a value. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Absent where there is none. */
  readonly latencies?: NonNullable<Trial["latencies"]>;
  readonly series?: NonNullable<Trial["series"]>;
}

/** See the file's head. */
export class TrialRecorder implements Recorder {
  readonly #latencies = new Map<string, Durations>();
  readonly #series = new Map<string, [number, number][]>();

  latency(name: string): (valueMs: number) => void {
    const durations = this.#latencies.get(name) ?? new Durations();
    this.#latencies.set(name, durations);
    return (valueMs) => durations.push(valueMs);
  }

  series(name: string): (atMs: number, value: number) => void {
    const samples = this.#series.get(name) ?? [];
    this.#series.set(name, samples);
    return (atMs, value) => void samples.push([atMs, value]);
  }

  /** Call once, at the end. */
  async recorded(): Promise<Recorded> {
    const measured = [...this.#latencies].filter(([, durations]) => durations.size > 0);
    const series = [...this.#series].filter(([, samples]) => samples.length > 0);
    const { metrics, latencies } = await latenciesOf(measured);
    return {
      metrics,
      ...(measured.length > 0 && { latencies }),
      ...(series.length > 0 && { series: Object.fromEntries(series) }),
    };
  }
}

async function latenciesOf(
  measured: readonly (readonly [string, Durations])[],
): Promise<{ metrics: Record<string, number>; latencies: Record<string, Latency> }> {
  const metrics: Record<string, number> = {};
  const latencies: Record<string, Latency> = {};
  if (measured.length === 0) return { metrics, latencies };
  // Loading it takes longer than many a trial.
  const { LatencyHistogram, SHOWN_PERCENTILES } = await import("../stats/histogram.ts");
  for (const [name, durations] of measured) {
    const histogram = LatencyHistogram.empty();
    for (const ms of durations.view()) histogram.record(Math.max(0, ms));
    for (const p of METRIC_PERCENTILES) metrics[`${name}P${p}`] = histogram.percentileMs(p);
    latencies[name] = {
      count: histogram.count,
      percentiles: SHOWN_PERCENTILES.map((p) => [p, histogram.percentileMs(p)]),
      histogram: histogram.encode(),
    };
  }
  return { metrics, latencies };
}

/** Durations in the order in which they came. */
class Durations {
  #values = new Float64Array(1024);
  size = 0;

  push(valueMs: number): void {
    if (this.size === this.#values.length) this.#values = grown(this.#values, this.size * 2);
    this.#values[this.size++] = valueMs;
  }

  view(): Float64Array {
    return this.#values.subarray(0, this.size);
  }
}
