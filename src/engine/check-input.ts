/** Checks of what callers pass beside jobs: a misspelt name or a value of another kind must not mean something else. */
import { InputError } from "../lib/errors.ts";
import { SETTINGS } from "../model/config.ts";
import type { JobFilter, Token } from "../store/store.ts";
import type { EnqueueOptions } from "./queue-options.ts";

/** @throws InputError for a value that is none of `known` */
export function oneOf(name: string, value: unknown, known: readonly string[]): void {
  if (typeof value === "string" && known.includes(value)) return;
  throw new InputError(`${name}: ${String(value)} is none of ${known.join(", ")}`);
}

/** @throws InputError for something that is no name of a queue */
export function checkQueueName(call: string, name: unknown): void {
  if (typeof name === "string" && name !== "") return;
  throw new InputError(`${call}: ${JSON.stringify(name)} is no name of a queue`);
}

/** @throws InputError for a time to wait that is none */
export function checkDrainMs(drainMs: number): void {
  const { min, max } = SETTINGS.drainMs;
  if (Number.isFinite(drainMs) && drainMs >= min && drainMs <= max) return;
  throw new InputError(
    `drainMs: ${String(drainMs)} is not a number of milliseconds from ${min} to ${max}`,
  );
}

/** @throws InputError for a policy that there is not */
export function checkEnqueueOptions({ unique, whenFull }: EnqueueOptions): void {
  if (unique !== undefined) oneOf("unique", unique, ["reject", "ignore", "replace"]);
  if (whenFull !== undefined) oneOf("whenFull", whenFull, ["reject", "wait"]);
}

const FILTER: Readonly<Record<keyof JobFilter, (value: unknown) => boolean>> = {
  jobId: Number.isSafeInteger,
  runId: Number.isSafeInteger,
  queue: (value) => typeof value === "string",
  task: (value) => typeof value === "string",
};

/** The filter of a cancel, without fields that say nothing. @throws InputError for one that would match every job */
export function checkJobFilter(filter: JobFilter): JobFilter {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (given.length === 0)
    throw new InputError("cancel: the filter is empty; name a job, run, queue or task");
  for (const [name, value] of given) {
    const isValid = Object.hasOwn(FILTER, name) ? FILTER[name as keyof JobFilter] : undefined;
    if (isValid === undefined)
      throw new InputError(
        `cancel: there is no field ${JSON.stringify(name)}; known are ${Object.keys(FILTER).join(", ")}`,
      );
    if (!isValid(value)) throw new InputError(`cancel: ${name} ${String(value)} is not valid`);
  }
  return Object.fromEntries(given);
}

/** @throws InputError for something that is no token */
export function checkToken(token: Token): void {
  if (Number.isSafeInteger(token?.jobId) && Number.isSafeInteger(token?.attempt)) return;
  throw new InputError(
    "A token is a job and an attempt, { jobId, attempt }: pass what `claim` has returned",
  );
}
