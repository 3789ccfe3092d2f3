/** `priorities`: urgent jobs arrive while a backlog of routine ones is worked off; how long an urgent one waits. */
import type { Queue } from "../../engine/index.ts";
import { Countdown } from "./countdown.ts";
import { startMeters } from "./meter.ts";
import { Pending } from "./pending.ts";
import { requireDone } from "./run-end.ts";
import { startWorkers } from "./start-workers.ts";
import { sendJob, stopIdle, WATCHED_TASK, watchJobs } from "./watched-jobs.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** The priority of the routine jobs. */
const ROUTINE_PRIORITY = 10;

/** See the file's head. */
export function prioritiesWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters, recorder } = run;
  const routine = Number(parameters["jobs"]);
  const urgent = Number(parameters["urgentJobs"]);
  const urgentPriority = Number(parameters["urgentPriority"]);
  // The backlog is the point here: a queue that refuses jobs because of it would measure nothing.
  const config = { backpressureRefuseJobs: routine + urgent + 1 };
  const work = async (queue: Queue): Promise<Record<string, number>> => {
    const sentMs = new Float64Array(urgent);
    const addWait = recorder.latency("urgentMs");
    let started = 0;
    let overtaking = 0;
    const startedAtSend = new Float64Array(urgent);
    const sends = new Pending();
    const urgentLeft = new Countdown(urgent);
    const sendUrgent = async (k: number): Promise<void> => {
      sentMs[k] = performance.now();
      startedAtSend[k] = started;
      await sendJob(queue, routine + k, urgentPriority);
    };
    watchJobs(queue, run.jobs, (i) => {
      if (i >= routine) {
        addWait(performance.now() - (sentMs[i - routine] ?? 0));
        urgentLeft.step();
        overtaking += started - (startedAtSend[i - routine] ?? 0);
        return;
      }
      // Urgent jobs come at even places of the backlog, so that their number is exact.
      const before = Math.floor((started * urgent) / routine);
      started++;
      const after = Math.floor((started * urgent) / routine);
      for (let k = before; k < after; k++) sends.add(sendUrgent(k));
    });
    const { runId } = await queue.submit({
      name: "routine",
      nodes: Array.from({ length: routine }, (_, i) => ({
        task: WATCHED_TASK,
        args: { i },
        priority: ROUTINE_PRIORITY,
      })),
    });
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    const workers = startWorkers(queue, parameters);
    requireDone(await queue.waitForRun(runId));
    await sends.all();
    await urgentLeft.left(0);
    await stopIdle(workers);
    const { elapsedMs, metrics } = stopMeters();
    observer.ended();
    const jobs = routine + urgent;
    return {
      ...metrics,
      jobs,
      edges: 0,
      drainMs: elapsedMs,
      drainJobsPerS: (jobs / elapsedMs) * 1000,
      startedBeforeUrgent: overtaking / urgent,
    };
  };
  return withQueue(run, work, config);
}
