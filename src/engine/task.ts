/** Tasks: named functions with their defaults. Types flow from the handler, or from its schemas, to jobs and results. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { JobInput, NodeInput } from "./job-input.ts";

/** Defaults of the jobs of a task; a job that says otherwise wins. */
export interface TaskDefaults
  extends Pick<JobInput, "queue" | "priority" | "maxAttempts" | "timeoutMs" | "backoffMs"> {}

/** How a task is registered. */
export interface TaskOptions extends TaskDefaults {
  /**
   * Any Standard Schema (zod, valibot …) for the args, as they are after JSON. `enqueue` and `submit` refuse what
   * does not match; the handler gets what the schema makes of it.
   */
  readonly args?: StandardSchemaV1;
  /** A Standard Schema for the result. An attempt whose result does not match fails. */
  readonly result?: StandardSchemaV1;
}

/** A task whose handler runs in a worker thread: the module is imported there, never here. */
export interface TaskModule {
  /** The module, such as `new URL("./render.js", import.meta.url)`. */
  readonly module: URL;
  /** The exported function, called as `(args, job)`; `default` where absent. */
  readonly export?: string;
}

/** A registered task. `Args` is what a job is enqueued with, `Result` what its handler returns. */
export class Task<in Args = never, out Result = unknown> {
  readonly name: string;
  /** For types alone. */
  declare protected readonly result: Result;

  constructor(name: string) {
    this.name = name;
  }

  /** A job of the task with checked types, for `enqueue`, `enqueueAll` and the nodes of a DAG. */
  job(args: Args, options: Omit<NodeInput, "task" | "args"> = {}): NodeInput {
    return { ...options, task: this.name, args };
  }
}

/** The result type of a task. */
export type ResultOf<T> = T extends Task<never, infer Result> ? Result : never;

/** What validation needs to know of a task. */
export interface TaskFacts {
  readonly defaults: TaskDefaults;
  /** What is wrong with the args of a job, given as JSON text; null for nothing. */
  readonly argsProblem: ((json: string) => string | null) | null;
}
