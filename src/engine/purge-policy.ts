/** Checks what a caller wants purged. */
import { InputError } from "../lib/errors.ts";
import type { PurgePolicy } from "../store/records.ts";

const STATES: readonly string[] = ["done", "failed", "skipped", "cancelled"];

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** What each field must be, in words and as a test. */
const FIELDS: Readonly<Record<keyof PurgePolicy, readonly [string, (value: unknown) => boolean]>> =
  {
    olderThanMs: ["a whole number of milliseconds from 0", isCount],
    keepJobs: ["a whole number from 0", isCount],
    states: [
      `a list of ${STATES.join(", ")}`,
      (value) => Array.isArray(value) && value.every((state) => STATES.includes(String(state))),
    ],
    queue: ["the name of a queue", (value) => typeof value === "string" && value !== ""],
    jobIds: ["a list of job ids", (value) => Array.isArray(value) && value.every(isCount)],
    archive: ["true or false", (value) => typeof value === "boolean"],
  };

/** The policy as it is. @throws InputError for one that is empty or wrong: a purge cannot be undone */
export function checkPurgePolicy(policy: PurgePolicy): PurgePolicy {
  const given = Object.entries(policy).filter(([, value]) => value !== undefined);
  if (given.every(([name]) => name === "archive"))
    throw new InputError(
      "purge: the policy is empty; say what to delete, with olderThanMs: 0 for all that has ended",
    );
  for (const [name, value] of given) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof PurgePolicy] : undefined;
    if (field === undefined)
      throw new InputError(
        `purge: there is no ${JSON.stringify(name)}; known are ${Object.keys(FIELDS).join(", ")}`,
      );
    const [what, test] = field;
    if (!test(value))
      throw new InputError(`purge: ${name} ${JSON.stringify(value)} is not ${what}`);
  }
  return policy;
}
