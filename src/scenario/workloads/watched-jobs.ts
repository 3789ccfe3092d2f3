/** Jobs whose start a workload watches, sent one by one. */
import type { JobContext, Queue, Worker } from "../../engine/index.ts";
import type { JobSource } from "./job-source.ts";

/** The task of watched jobs. */
export const WATCHED_TASK = "watched";

/** The args of a watched job: its number. */
interface WatchedArgs {
  readonly i: number;
}

/** Registers the task; `onStart` is called first thing in each handler, then the job's own work is done. */
export function watchJobs(
  queue: Queue,
  jobs: JobSource,
  onStart: (index: number, context: JobContext) => void,
): void {
  queue.task<WatchedArgs, unknown>(WATCHED_TASK, ({ i }, context) => {
    onStart(i, context);
    return jobs.call(i, context);
  });
}

/** Stores one watched job; resolves after its commit. */
export async function sendJob(queue: Queue, index: number, priority?: number): Promise<void> {
  const job = { task: WATCHED_TASK, args: { i: index } };
  await queue.enqueue(priority === undefined ? job : { ...job, priority });
}

/** Stops workers that have nothing left to do: what their handlers returned is committed then. */
export async function stopIdle(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.stop()));
}
