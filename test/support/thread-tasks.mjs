/** Functions that run in worker threads of the tests. */
import { threadId } from "node:worker_threads";

/** Says where it runs, and with what. */
export function where(args, job) {
  job.log(`in thread, attempt ${job.attempt}`);
  return { args, isMain: threadId === 0, jobId: job.jobId, task: job.task };
}

/** Keeps a core busy for ever, unless this is not the first attempt. */
export function spin(_args, { attempt, log }) {
  log("spins");
  while (attempt === 1);
  return "free";
}

/** Throws an error of its own. */
export function fail() {
  throw new RangeError("no");
}
