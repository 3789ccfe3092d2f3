/**
 * `load`: jobs arrive at a given rate, whether the queue keeps up or not; how long from each one's intended arrival to the
 * commit of its end. On PostgreSQL this process may send only, and others work.
 */

import type { Queue } from "../../engine/index.ts";
import { type ArrivalKind, drawArrivals } from "../arrivals.ts";
import { JobEnds } from "./job-ends.ts";
import { startMeters, watchEventLoop } from "./meter.ts";
import { sendOnSchedule } from "./open-loop.ts";
import { Pending } from "./pending.ts";
import { reportProgress } from "./progress.ts";
import { startWorkers } from "./start-workers.ts";
import { sendJob, watchJobs } from "./watched-jobs.ts";
import { withQueue } from "./with-queue.ts";
import { sumOf, WorkProcesses } from "./work-processes.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** Jobs sent and not done, beyond which none is started: the queue has lost, and memory is finite. */
const MAX_IN_FLIGHT_JOBS = 100_000;

/** Samples of the backlog in one trial. */
const SAMPLES = 200;

/** See the file's head. */
export function loadWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters, seed } = run;
  const durationMs = Number(parameters["duration"]);
  const timesMs = drawArrivals(
    parameters["arrivals"] === "constant" ? "constant" : ("poisson" satisfies ArrivalKind),
    Number(parameters["arrivalRate"]),
    durationMs,
    seed,
  );
  // The backlog is what is measured: a queue that refuses jobs because of it would hide it.
  const config = { backpressureRefuseJobs: MAX_IN_FLIGHT_JOBS };
  const work = async (queue: Queue): Promise<Record<string, number>> => {
    const ends = new JobEnds(queue.config.maxAttempts);
    watchJobs(queue, run.jobs, (i, { jobId }) => ends.began(jobId, i));
    const others = await otherProcesses(run, ends);
    if (others === null)
      startWorkers(queue, parameters, { onSettled: (outcomes) => ends.settled(outcomes) });
    const stopWatching = watchEventLoop();
    let startMs = performance.now();
    const clockMs = (): number => performance.now() - startMs;
    const tally = new Tally(run, timesMs, clockMs);
    const stopProgress = reportProgress(observer, timesMs.length, () => tally.done);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    others?.start();
    startMs = performance.now();
    const sampler = setInterval(() => tally.sample(), durationMs / SAMPLES);
    const sends = new Pending();
    ends.onEnd = (i, atMs) =>
      tally.ended(i, atMs === undefined ? clockMs() : atMs - performance.timeOrigin - startMs);
    let generatorMs = 0;
    const sent = await sendOnSchedule(
      {
        timesMs,
        endMs: durationMs,
        send: (i, nowMs) => {
          tally.sending(i, nowMs);
          sends.add(sendJob(queue, i));
        },
        mayStart: () => tally.inFlight < MAX_IN_FLIGHT_JOBS,
        onBurst: (tookMs) => {
          generatorMs += tookMs;
        },
      },
      clockMs,
    );
    const sendingMs = clockMs();
    const doneWhileSending = tally.done;
    clearInterval(sampler);
    await sends.all();
    await ends.reached(sent);
    const { metrics } = stopMeters();
    const eventLoopDelayMsP99 = await stopWatching();
    stopProgress();
    observer.ended();
    const theirs = await others?.end();
    return {
      ...sumOf(metrics, theirs?.metrics ?? {}),
      jobs: sent,
      edges: 0,
      offeredJobsPerS: (timesMs.length / durationMs) * 1000,
      completedJobsPerS: (doneWhileSending / sendingMs) * 1000,
      generatorPct: (generatorMs / sendingMs) * 100,
      notStarted: timesMs.length - sent,
      backlogJobsMax: tally.backlogMax,
      eventLoopDelayMsP99,
    };
  };
  return withQueue(run, work, config);
}

/** The processes that work in place of this one; null where it works itself. */
async function otherProcesses(run: WorkloadRun, ends: JobEnds): Promise<WorkProcesses | null> {
  const count = Number(run.parameters["processes"] ?? 1);
  if (count === 1) return null;
  return WorkProcesses.open(count, run, ({ jobs, atMs }) => ends.endedElsewhere(jobs, atMs));
}

/** What was sent and what is done, with the latency of each. */
class Tally {
  done = 0;
  backlogMax = 0;
  #sent = 0;
  #arrived = 0;
  readonly #timesMs: Float64Array;
  readonly #sentMs: Float64Array;
  readonly #clockMs: () => number;
  readonly #latency: (ms: number) => void;
  readonly #uncorrected: (ms: number) => void;
  readonly #lateness: (ms: number) => void;
  readonly #backlogSeries: (atMs: number, value: number) => void;

  constructor({ recorder }: WorkloadRun, timesMs: Float64Array, clockMs: () => number) {
    this.#timesMs = timesMs;
    this.#sentMs = new Float64Array(timesMs.length);
    this.#clockMs = clockMs;
    this.#latency = recorder.latency("latencyMs");
    this.#uncorrected = recorder.latency("uncorrectedMs");
    this.#lateness = recorder.latency("latenessMs");
    this.#backlogSeries = recorder.series("backlogJobs");
  }

  /** Jobs sent and not done. */
  get inFlight(): number {
    return this.#sent - this.done;
  }

  sending(index: number, nowMs: number): void {
    this.#sent++;
    this.#sentMs[index] = nowMs;
    this.#lateness(nowMs - this.#intendedMs(index));
  }

  ended(index: number, nowMs: number): void {
    this.done++;
    this.#latency(nowMs - this.#intendedMs(index));
    this.#uncorrected(nowMs - (this.#sentMs[index] ?? Number.NaN));
  }

  /** The backlog is what should have arrived and is not done: a late generator must not hide it. */
  sample(): void {
    const nowMs = this.#clockMs();
    while ((this.#timesMs[this.#arrived] ?? Number.POSITIVE_INFINITY) <= nowMs) this.#arrived++;
    const backlog = this.#arrived - this.done;
    this.backlogMax = Math.max(this.backlogMax, backlog);
    this.#backlogSeries(nowMs, backlog);
  }

  #intendedMs(index: number): number {
    return this.#timesMs[index] ?? Number.NaN;
  }
}
