/** `retry-storm`: every job fails some times before it succeeds, all at once; how fast the attempts go through. */
import type { Queue } from "../../engine/index.ts";
import { startMeters } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

const FLAKY_TASK = "flaky";

/** See the file's head. */
export function retryStormWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters } = run;
  const jobs = Number(parameters["jobs"]);
  const failures = Number(parameters["failures"]);
  const { backoff } = parameters;
  const work = async (queue: Queue): Promise<Record<string, number>> => {
    let attempts = 0;
    queue.task<{ i: number }, number>(FLAKY_TASK, async ({ i }, { attempt }) => {
      attempts++;
      if (attempt <= failures) throw new Error(`attempt ${attempt} of job ${i} fails as planned`);
      return i;
    });
    const { runId } = await queue.submit({
      name: "storm",
      nodes: Array.from({ length: jobs }, (_, i) => ({
        task: FLAKY_TASK,
        args: { i },
        maxAttempts: failures + 1,
      })),
    });
    const stopProgress = reportProgress(observer, jobs, async () => (await queue.run(runId)).done);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    startWorkers(queue, parameters);
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    stopProgress();
    observer.ended();
    requireDone(end);
    return {
      ...metrics,
      jobs,
      edges: 0,
      attempts,
      attemptsPerS: (attempts / elapsedMs) * 1000,
      drainMs: elapsedMs,
    };
  };
  return withQueue(run, work, backoff === undefined ? {} : { retryBackoffMs: Number(backoff) });
}
