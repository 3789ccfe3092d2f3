/**
 * `growth`: jobs pass through a queue in the order in which they came, a window of them live at a time and the
 * last ones that ended kept; whether file, log, memory and latency stay as they are once the queue has warmed up.
 */
import type { Queue } from "../../engine/index.ts";
import { GrowthSamples } from "./growth-samples.ts";
import { JobEnds } from "./job-ends.ts";
import { startMeters } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { startWorkers } from "./start-workers.ts";
import { WATCHED_TASK, watchJobs } from "./watched-jobs.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function growthWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters, recorder } = run;
  const jobs = Number(parameters["jobs"]);
  const window = Math.min(jobs, Number(parameters["window"]));
  const retention = Number(parameters["retention"]);
  const work = async (queue: Queue): Promise<Record<string, number>> => {
    const ends = new JobEnds(queue.config.maxAttempts);
    const samples = new GrowthSamples(jobs, databasePath, recorder);
    let sent = 0;
    // A list of all that was sent would grow itself: the first failure is all that is kept.
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const fill = (): void => {
      const count = Math.min(jobs, samples.done + window) - sent;
      if (count <= 0) return;
      const batch = Array.from({ length: count }, (_, k) => ({
        task: WATCHED_TASK,
        args: { i: sent + k },
      }));
      for (let k = 0; k < count; k++) samples.sending(sent++);
      queue.enqueueAll(batch).catch(fail);
    };
    watchJobs(queue, run.jobs, (i, { jobId }) => ends.began(jobId, i));
    ends.onEnd = (i) => samples.ended(i);
    const stopProgress = reportProgress(observer, jobs, () => samples.done);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    startWorkers(queue, parameters, {
      onSettled: (outcomes) => {
        ends.settled(outcomes);
        fill();
      },
    });
    fill();
    await Promise.race([ends.reached(jobs), failed]);
    const { elapsedMs, metrics } = stopMeters();
    stopProgress();
    observer.ended();
    // By itself the queue keeps some more, to purge seldom; the rows that are counted must not depend on that.
    await queue.purge({ keepJobs: retention });
    return {
      ...metrics,
      ...samples.metrics(),
      jobs: Math.min(jobs, retention),
      edges: 0,
      passedJobs: jobs,
      passedJobsPerS: (jobs / elapsedMs) * 1000,
    };
  };
  const { checkpointBytes } = parameters;
  return withQueue(run, work, {
    retentionJobs: retention,
    // All of the window may wait at once.
    backpressureRefuseJobs: window + 1,
    ...(checkpointBytes === undefined ? {} : { checkpointBytes: Number(checkpointBytes) }),
  });
}
