/** What `growth` samples as jobs pass, and what it makes of that: the last third of the jobs against the third before. */
import { percentileOf } from "./percentile.ts";
import { fileBytes } from "./with-queue.ts";
import type { Recorder } from "./workload-run.ts";

/** Samples of one trial: a hundred in each third. */
const SLICES = 300;

/** What is sampled; each is a series of the trial, and its growth a metric. */
const SAMPLED = ["dbBytes", "walBytes", "rssBytes", "passMs"] as const;
type Sampled = (typeof SAMPLED)[number];

/** The first third is warm-up: memory and file fill to their level. */
const THIRDS = 3;

/** See the file's head. */
export class GrowthSamples {
  /** Jobs whose end is committed. */
  done = 0;
  readonly #path: string;
  readonly #recorder: Recorder;
  readonly #startMs = performance.now();
  /** By job: when it was sent, and once it has ended how long that took. Filled, so that it is memory from the start. */
  readonly #times: Float64Array;
  /** The durations of the slice's jobs. */
  readonly #slice: Float64Array;
  #sliceSize = 0;
  readonly #samples: Readonly<Record<Sampled, number[]>> = {
    dbBytes: [],
    walBytes: [],
    rssBytes: [],
    passMs: [],
  };
  readonly #addTo: ReadonlyMap<string, (atMs: number, value: number) => void>;

  constructor(jobs: number, databasePath: string, recorder: Recorder) {
    this.#path = databasePath;
    this.#recorder = recorder;
    this.#times = new Float64Array(jobs).fill(-1);
    this.#slice = new Float64Array(Math.ceil(jobs / SLICES));
    this.#addTo = new Map(
      ["doneJobs", ...SAMPLED].map((name) => [name, recorder.series(name)] as const),
    );
  }

  /** The job of that number is sent now. */
  sending(index: number): void {
    this.#times[index] = performance.now();
  }

  /** Its end is committed. */
  ended(index: number): void {
    const tookMs = performance.now() - (this.#times[index] ?? Number.NaN);
    this.#times[index] = tookMs;
    this.#slice[this.#sliceSize++] = tookMs;
    this.done++;
    if (this.#sliceSize === this.#slice.length || this.done === this.#times.length) this.#sample();
  }

  /** Latencies of all jobs, and how each sampled figure grew. Call once, at the end. */
  metrics(): Record<string, number> {
    const addPass = this.#recorder.latency("uncorrectedMs");
    for (const ms of this.#times) addPass(ms);
    const { dbBytes, walBytes, rssBytes, passMs } = this.#samples;
    return {
      // Files and memory are as large as their largest moment; one slow slice is no growth.
      dbGrowth: growth(dbBytes, (part) => Math.max(...part)),
      walGrowth: growth(walBytes, (part) => Math.max(...part)),
      rssGrowth: growth(rssBytes, (part) => Math.max(...part)),
      latencyGrowth: growth(passMs, (part) => percentileOf(Float64Array.from(part), 50)),
    };
  }

  #sample(): void {
    const atMs = performance.now() - this.#startMs;
    const now: Record<Sampled, number> = {
      dbBytes: fileBytes(this.#path),
      walBytes: fileBytes(`${this.#path}.wal`),
      rssBytes: process.memoryUsage.rss(),
      passMs: percentileOf(this.#slice.subarray(0, this.#sliceSize), 99),
    };
    this.#sliceSize = 0;
    this.#addTo.get("doneJobs")?.(atMs, this.done);
    for (const name of SAMPLED) {
      this.#samples[name].push(now[name]);
      this.#addTo.get(name)?.(atMs, now[name]);
    }
  }
}

/** The last third of the samples by the middle one: 1 is flat. */
function growth(samples: readonly number[], levelOf: (part: readonly number[]) => number): number {
  const third = Math.ceil(samples.length / THIRDS);
  const middle = samples.slice(-2 * third, -third);
  const last = samples.slice(-third);
  // Too few samples to have thirds, or a file that is not there: nothing that could have grown.
  const before = middle.length === 0 ? 0 : levelOf(middle);
  return before === 0 ? 1 : levelOf(last) / before;
}
