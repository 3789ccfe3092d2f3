/** `drain`: workers drain a DAG that waits in the queue, from their start to the commit of the last settle. */
import { dagInput } from "./dag-input.ts";
import { startMeters, watchEventLoop } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { requireDone } from "./run-end.ts";
import { makeWorkers } from "./start-workers.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function drainWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { dag, databasePath, observer, parameters } = run;
  return withQueue(run, async (queue) => {
    const { runId, jobs, edges } = await queue.submit(dagInput(dag, run.jobs));
    const workers = makeWorkers(queue, parameters);
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
    requireDone(end);
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
