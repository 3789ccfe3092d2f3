/** `drain`: workers drain a DAG that waits in the queue, from their start to the commit of the last settle. On PostgreSQL several processes can do it. */
import type { Queue } from "../../engine/index.ts";
import { dagInput } from "./dag-input.ts";
import { startMeters, watchEventLoop } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { requireDone } from "./run-end.ts";
import { makeWorkers } from "./start-workers.ts";
import { withQueue } from "./with-queue.ts";
import { sumOf, WorkProcesses } from "./work-processes.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function drainWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { dag, databasePath, observer, parameters } = run;
  return withQueue(run, async (queue) => {
    const { runId, jobs, edges } = await queue.submit(dagInput(dag, run.jobs));
    const processes = Number(parameters["processes"] ?? 1);
    const crew =
      processes > 1 ? await WorkProcesses.open(processes, run) : ownCrew(queue, parameters);
    const stopProgress = reportProgress(observer, jobs, async () => (await queue.run(runId)).done);
    const stopWatching = watchEventLoop();
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    crew.start();
    const end = await queue.waitForRun(runId).catch((error: unknown) => {
      crew.kill();
      throw error;
    });
    const { elapsedMs, metrics } = stopMeters();
    const eventLoopDelayMsP99 = await stopWatching();
    stopProgress();
    observer.ended();
    const others = await crew.end();
    requireDone(end);
    requireSettled(others.settled, jobs);
    const wait = await queue.queueWait();
    const { transitions } = await queue.counts();
    return {
      ...sumOf(metrics, others.metrics),
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

/** Workers of this process: they end with its queue. */
function ownCrew(
  queue: Queue,
  parameters: WorkloadRun["parameters"],
): Pick<WorkProcesses, "start" | "end" | "kill"> {
  const workers = makeWorkers(queue, parameters);
  return {
    start() {
      for (const worker of workers) worker.start();
    },
    end: async () => ({ settled: [], metrics: {} }),
    kill: () => undefined,
  };
}

/** Each job was settled by one of the processes, once. @throws Error that says who settled how many */
function requireSettled(settled: readonly number[], jobs: number): void {
  const sum = settled.reduce((total, count) => total + count, 0);
  if (settled.length > 0 && sum !== jobs)
    throw new Error(`the processes settled ${settled.join(" + ")} attempts for ${jobs} jobs`);
}
