/** `drain`: workers drain a DAG that waits in the queue, from their start to the commit of the last settle. */
import type { WorkerOptions } from "../../engine/index.ts";
import type { ParameterValue } from "../workload.ts";
import { dagInput } from "./dag-input.ts";
import { startMeters, watchEventLoop } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function drainWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { dag, databasePath, observer, parameters } = run;
  return withQueue(run, async (queue) => {
    const { runId, jobs, edges } = await queue.submit(dagInput(dag));
    const options = workerOptions(parameters);
    const { workers: count = 1 } = parameters;
    const workers = Array.from({ length: Number(count) }, () => queue.worker(options));
    const stopProgress = reportProgress(observer, jobs, async () => (await queue.run(runId)).done);
    const stopWatching = watchEventLoop();
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    for (const worker of workers) worker.start();
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    const eventLoopDelayMsP99 = await stopWatching();
    stopProgress();
    observer.ended();
    if (end.done !== jobs) {
      throw new Error(`${end.done} of ${jobs} jobs are done, and the run is ${end.status}`);
    }
    const wait = await queue.queueWait();
    const { transitions } = await queue.counts();
    return {
      ...metrics,
      jobs,
      edges,
      drainMs: elapsedMs,
      drainJobsPerS: (jobs / elapsedMs) * 1000,
      queueWaitMsP50: wait.p50Ms,
      queueWaitMsP99: wait.p99Ms,
      transitionsPerJob: transitions / jobs,
      eventLoopDelayMsP99,
    };
  });
}

/** What the cell names; the engine's configuration fills in the rest. */
function workerOptions(
  parameters: Readonly<Record<string, ParameterValue>>,
): Partial<WorkerOptions> {
  const { concurrency, claimBatch, wake, pollInterval } = parameters;
  return {
    ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
    ...(claimBatch === undefined ? {} : { claimBatch: Number(claimBatch) }),
    ...(wake === undefined ? {} : { wake: wake === "poll" ? "poll" : "notify" }),
    ...(pollInterval === undefined ? {} : { pollIntervalMs: Number(pollInterval) }),
  };
}
