/** What the jobs of a workload do: nothing, or what the user's own handlers do. */
import type { JobContext, Queue } from "../../engine/index.ts";

/** The task of our own jobs. Its args and its result are small JSON values, as real jobs have them. */
const NOOP_TASK = "noop";

/** A function of the user's: the job's args in, a JSON value out, at once or later. */
export type UserHandler = (args: unknown, context: JobContext) => unknown;

/** See the file's head. Jobs are numbered from 0 in the order of their submission. */
export interface JobSource {
  /** Tells the queue of the tasks. */
  register(queue: Queue): void;
  taskOf(index: number): string;
  argsOf(index: number): unknown;
  /** Does what the job of that number does, for workloads that watch their jobs begin. */
  call(index: number, context: JobContext): unknown;
}

/** Jobs that return their number: asynchronous, because users' handlers are. */
export const NOOP_JOBS: JobSource = {
  register: (queue) => queue.task<{ i: number }, number>(NOOP_TASK, async ({ i }) => i),
  taskOf: () => NOOP_TASK,
  argsOf: (i) => ({ i }),
  call: async (i) => i,
};

/** The user's handlers by name, of which jobs take their turn; `argsOf` makes the args of a job. */
export function userJobs(
  handlers: Readonly<Record<string, UserHandler>>,
  argsOf: (index: number) => unknown,
): JobSource {
  const names = Object.keys(handlers).sort();
  const nameOf = (index: number): string => names[index % names.length] ?? "";
  return {
    register(queue) {
      for (const [name, handler] of Object.entries(handlers)) queue.task(name, handler);
    },
    taskOf: nameOf,
    argsOf,
    call: (index, context) => handlers[nameOf(index)]?.(argsOf(index), context),
  };
}
