/** `wake-latency`: jobs arrive now and then at a queue whose workers idle; how long until each one's handler starts. */
import { drawCount } from "../arrivals.ts";
import { Countdown } from "./countdown.ts";
import { measureIdle, startMeters } from "./meter.ts";
import { sendOnSchedule } from "./open-loop.ts";
import { Pending } from "./pending.ts";
import { percentileOf } from "./percentile.ts";
import { reportProgress } from "./progress.ts";
import { startWorkers } from "./start-workers.ts";
import { sendJob, stopIdle, watchJobs } from "./watched-jobs.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/**
 * Commits measured beside the latencies, without a worker: what a wake is compared with. They come as the
 * jobs do, because a commit on a machine that just slept costs twice one that follows another.
 */
const COMMITS = 50;

/** See the file's head. */
export function wakeLatencyWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters, recorder, seed } = run;
  const jobs = Number(parameters["jobs"]);
  const timesMs = drawCount(COMMITS + jobs, Number(parameters["arrivalRate"]), seed);
  return withQueue(run, async (queue) => {
    const commits = new Float64Array(COMMITS);
    const sentMs = new Float64Array(COMMITS + jobs);
    const wakes = new Float64Array(jobs);
    const begun = new Countdown(COMMITS + jobs);
    watchJobs(queue, run.jobs, (i) => {
      if (i >= COMMITS) wakes[i - COMMITS] = performance.now() - (sentMs[i] ?? 0);
      begun.step();
    });
    const send = async (i: number): Promise<void> => {
      sentMs[i] = performance.now();
      await sendJob(queue, i);
      if (i < COMMITS) commits[i] = performance.now() - (sentMs[i] ?? 0);
    };
    const sends = new Pending();
    const sendOn = async (from: number, to: number): Promise<void> => {
      const [startMs, firstMs] = [performance.now(), timesMs[from] ?? 0];
      await sendOnSchedule(
        {
          timesMs: timesMs.subarray(from, to).map((ms) => ms - firstMs),
          endMs: Number.POSITIVE_INFINITY,
          send: (i) => sends.add(send(from + i)),
          mayStart: () => true,
        },
        () => performance.now() - startMs,
      );
    };
    await sendOn(0, COMMITS);
    await sends.all();
    const workers = startWorkers(queue, parameters);
    await begun.left(jobs);
    const { idle } = parameters;
    // What these jobs set off must be stored first.
    await queue.idle();
    const idleMetrics = idle === undefined ? {} : await measureIdle(queue, Number(idle));
    const stopProgress = reportProgress(observer, jobs, () => jobs - begun.count);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    await sendOn(COMMITS, COMMITS + jobs);
    await sends.all();
    await begun.left(0);
    await stopIdle(workers);
    const { metrics } = stopMeters();
    stopProgress();
    observer.ended();
    const [addCommit, addWake] = [recorder.latency("commitMs"), recorder.latency("wakeMs")];
    for (const ms of commits) addCommit(ms);
    for (const ms of wakes) addWake(ms);
    const commitMs = percentileOf(commits, 50);
    return {
      ...metrics,
      ...idleMetrics,
      jobs: COMMITS + jobs,
      edges: 0,
      wakeCommitsP50: percentileOf(wakes, 50) / commitMs,
      wakeCommitsP99: percentileOf(wakes, 99) / commitMs,
    };
  });
}
