/** `end-to-end`: a DAG is submitted to a queue whose workers wait, from the call of submit to the commit of the last settle. */
import { dagInput } from "./dag-input.ts";
import { startMeters, watchEventLoop } from "./meter.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function endToEndWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { dag, databasePath, observer, parameters } = run;
  return withQueue(run, async (queue) => {
    startWorkers(queue, parameters);
    const stopWatching = watchEventLoop();
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    const { runId, jobs, edges } = await queue.submit(dagInput(dag, run.jobs));
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    const eventLoopDelayMsP99 = await stopWatching();
    observer.ended();
    requireDone(end);
    const wait = await queue.queueWait();
    return {
      ...metrics,
      jobs,
      edges,
      endToEndMs: elapsedMs,
      endToEndJobsPerS: (jobs / elapsedMs) * 1000,
      queueWaitMsP50: wait.p50Ms,
      queueWaitMsP99: wait.p99Ms,
      eventLoopDelayMsP99,
    };
  });
}
