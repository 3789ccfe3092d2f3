/** Loads the user's own handlers: a module that exports functions, each a task by its name. */
import { pathToFileURL } from "node:url";
import { InputError, messageOf } from "../lib/errors.ts";
import {
  type JobSource,
  NOOP_JOBS,
  type UserHandler,
  userJobs,
} from "../scenario/workloads/job-source.ts";

/** An export of this name is no handler: it makes the args of the job of a number. */
const ARGS_EXPORT = "args";

/** The jobs of the module at an absolute path; ours where there is none. @throws InputError for a module without handlers */
export async function loadHandlers(path: string | null): Promise<JobSource> {
  if (path === null) return NOOP_JOBS;
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new InputError(
      `handlers: ${path} cannot be loaded (${messageOf(error)}). It must be a JavaScript module.`,
      { cause: error },
    );
  }
  const { [ARGS_EXPORT]: args, ...exported } = module;
  const handlers = Object.entries(exported).filter(
    (entry): entry is [string, UserHandler] => typeof entry[1] === "function",
  );
  if (handlers.length === 0) {
    throw new InputError(
      `handlers: ${path} exports no function. Export one function for each task, such as: export async function resize(args) {}`,
    );
  }
  const argsOf =
    typeof args === "function" ? (i: number): unknown => args(i) : (i: number) => ({ i });
  return userJobs(Object.fromEntries(handlers), argsOf);
}
