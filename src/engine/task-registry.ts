/** The tasks of a queue: what each runs, and how its args and results are checked. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { InputError } from "../lib/errors.ts";
import { SETTINGS } from "../model/config.ts";
import { MAX_PRIORITY } from "../model/job.ts";
import { Abandon } from "./attempt-end.ts";
import type { Handler } from "./context.ts";
import type { TaskDefaults, TaskFacts, TaskOptions } from "./task.ts";

interface Entry extends TaskFacts {
  readonly handler: Handler;
}

/** The tasks of a queue by name. */
export class TaskRegistry {
  readonly #entries = new Map<string, Entry>();

  /** @throws InputError for a name that is taken */
  add(name: string, handler: Handler, { args, result, ...defaults }: TaskOptions): void {
    if (typeof name !== "string" || name === "") throw new InputError("A task needs a name");
    checkDefaults(name, defaults);
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

/** Numbers among the defaults of a task, with their limits; they are not looked at again with every job. */
const LIMITS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  priority: [0, MAX_PRIORITY],
  maxAttempts: [SETTINGS.maxAttempts.min, SETTINGS.maxAttempts.max],
  timeoutMs: [SETTINGS.timeoutMs.min, SETTINGS.timeoutMs.max],
  backoffMs: [SETTINGS.retryBackoffMs.min, SETTINGS.retryBackoffMs.max],
};

function checkDefaults(task: string, defaults: TaskDefaults): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (value === undefined || name === "queue") continue;
    const limits = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
    if (limits === undefined)
      throw new InputError(
        `task ${JSON.stringify(task)}: there is no option ${JSON.stringify(name)}; known are args, result, queue, ${Object.keys(LIMITS).join(", ")}`,
      );
    const [min, max] = limits;
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max)
      throw new InputError(
        `task ${JSON.stringify(task)}: ${name} ${String(value)} is not a whole number from ${min} to ${max}`,
      );
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
