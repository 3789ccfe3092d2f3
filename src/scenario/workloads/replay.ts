/**
 * `replay`: a workflow with the run times that were recorded, sped up. Each job does nothing for as
 * long as its task ran, so that what is left beside the critical path is the queue's.
 */
import { criticalPathMs, runTimesMs } from "../run-times.ts";
import { dagInput } from "./dag-input.ts";
import type { JobSource } from "./job-source.ts";
import { startMeters, watchEventLoop } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

const REPLAYED_TASK = "replayed";

/** See the file's head. */
export function replayWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { dag, databasePath, observer, parameters, seed } = run;
  const speed = Number(parameters["speed"]);
  const timesMs = runTimesMs(dag, speed, seed);
  const jobsOfTrace = replayedJobs(timesMs);
  return withQueue({ ...run, jobs: jobsOfTrace }, async (queue) => {
    startWorkers(queue, parameters);
    const stopWatching = watchEventLoop();
    const input = dagInput(dag, jobsOfTrace);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    const { runId, jobs, edges } = await queue.submit(input);
    const stopProgress = reportProgress(observer, jobs, async () => (await queue.run(runId)).done);
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    const eventLoopDelayMsP99 = await stopWatching();
    stopProgress();
    observer.ended();
    requireDone(end);
    const pathMs = criticalPathMs(dag, timesMs);
    const recordedMs = dag.makespanMs;
    return {
      ...metrics,
      jobs,
      edges,
      makespanMs: elapsedMs,
      criticalPathMs: pathMs,
      makespanToPath: elapsedMs / pathMs,
      ...(recordedMs === undefined || recordedMs === 0
        ? {}
        : { makespanToRecorded: (elapsedMs * speed) / recordedMs }),
      eventLoopDelayMsP99,
    };
  });
}

/** Jobs that last as long as `timesMs` says. */
function replayedJobs(timesMs: Float64Array): JobSource {
  const play = (index: number): Promise<number> | number => {
    const ms = timesMs[index] ?? 0;
    if (ms === 0) return index;
    return new Promise((resolve) => waitUntil(performance.now() + ms, () => resolve(index)));
  };
  return {
    register: (queue) => queue.task<{ i: number }, number>(REPLAYED_TASK, ({ i }) => play(i)),
    taskOf: () => REPLAYED_TASK,
    argsOf: (i) => ({ i }),
    call: play,
  };
}

/** A timer may fire a fraction of a millisecond early: a job never lasts less than its time. */
function waitUntil(endMs: number, then: () => void): void {
  const leftMs = endMs - performance.now();
  if (leftMs <= 0) then();
  else setTimeout(() => waitUntil(endMs, then), leftMs);
}
