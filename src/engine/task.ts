/** Tasks: named functions with their defaults. Types flow from the handler, or from its schemas, to jobs and results. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { InputError } from "../lib/errors.ts";
import { Abandon } from "./attempt-end.ts";
import type { Handler } from "./context.ts";
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

interface Entry extends TaskFacts {
  readonly handler: Handler;
}

/** The tasks of a queue by name. */
export class TaskRegistry {
  readonly #entries = new Map<string, Entry>();

  /** @throws InputError for a name that is taken */
  add(name: string, handler: Handler, { args, result, ...defaults }: TaskOptions): void {
    if (name === "") throw new InputError("A task needs a name");
    if (this.#entries.has(name))
      throw new InputError(`There is a task ${JSON.stringify(name)} already; choose another name`);
    this.#entries.set(name, {
      handler: checking(handler, args, result),
      defaults,
      argsProblem: args === undefined ? null : (json) => validated(args, JSON.parse(json)).problem,
    });
  }

  /** The function of a task, or undefined. */
  handler(name: string): Handler | undefined {
    return this.#entries.get(name)?.handler;
  }

  /** The facts of a task, or undefined. */
  facts(name: string): TaskFacts | undefined {
    return this.#entries.get(name);
  }
}

/** The handler with its args and its result checked; itself where there is nothing to check. */
function checking(handler: Handler, args?: StandardSchemaV1, result?: StandardSchemaV1): Handler {
  if (args === undefined && result === undefined) return handler;
  return async (given, context) => {
    const input = args === undefined ? { value: given, problem: null } : validated(args, given);
    // A second try would get the same args.
    if (input.problem !== null) throw new Abandon(`the args do not match: ${input.problem}`);
    const value = await handler(input.value, context);
    if (result === undefined) return value;
    const output = validated(result, value);
    if (output.problem !== null)
      throw new TypeError(`the result does not match: ${output.problem}`);
    return output.value;
  };
}

function validated(
  schema: StandardSchemaV1,
  value: unknown,
): { readonly value: unknown; readonly problem: string | null } {
  const outcome = schema["~standard"].validate(value);
  if (outcome instanceof Promise)
    throw new InputError("A schema that validates asynchronously cannot be used for a task");
  if (outcome.issues === undefined) return { value: outcome.value, problem: null };
  return { value, problem: outcome.issues.map(issueText).join("; ") };
}

function issueText({ path = [], message }: StandardSchemaV1.Issue): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
}
