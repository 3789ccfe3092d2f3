/** What only some jobs have: a time, parents that exist already, keys. Jobs without these pay for one look. */
import { InputError } from "../lib/errors.ts";
import type { JobOptions } from "../model/job-options.ts";
import type { JobInput } from "./job-input.ts";

/** The last date of JavaScript. */
const LATEST_MS = 8.64e15;

/** The rare facts of a submission; see `Submission`. */
export interface RareColumns {
  readonly runAtMs: Float64Array | null;
  readonly options: ReadonlyMap<number, JobOptions>;
  readonly outside: {
    readonly children: readonly number[];
    readonly parentIds: readonly number[];
  };
}

/** Whether a job has anything that is rare. */
export function hasRare(job: JobInput): boolean {
  return (
    job.delayMs !== undefined ||
    job.runAt !== undefined ||
    job.dependsOn !== undefined ||
    job.backoffMs !== undefined ||
    job.uniqueKey !== undefined ||
    job.limitKey !== undefined
  );
}

/** See the file's head. Jobs are known by their index. */
export class RareReader {
  readonly #runAtMs = new Map<number, number>();
  readonly #options = new Map<number, JobOptions>();
  readonly #children: number[] = [];
  readonly #parentIds: number[] = [];
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** @throws InputError that begins with `who` */
  add(job: JobInput, index: number, who: string): void {
    if (job.delayMs !== undefined || job.runAt !== undefined)
      this.#runAtMs.set(index, this.#dueMs(job, who));
    if (job.dependsOn !== undefined && !Array.isArray(job.dependsOn))
      throw new InputError(`${who}: dependsOn is no list of job ids`);
    // A parent named twice is one parent.
    for (const id of new Set(job.dependsOn)) {
      if (!Number.isSafeInteger(id) || id < 1)
        throw new InputError(`${who}: dependsOn ${id} is no job id`, { code: "UNKNOWN_PARENT" });
      this.#children.push(index);
      this.#parentIds.push(id);
    }
    const options = optionsOf(job, who);
    if (options !== null) this.#options.set(index, options);
  }

  #dueMs({ delayMs, runAt }: JobInput, who: string): number {
    if (delayMs !== undefined && runAt !== undefined)
      throw new InputError(`${who}: give delayMs or runAt, not both`);
    if (runAt !== undefined) {
      if (runAt instanceof Date && Number.isFinite(runAt.getTime())) return runAt.getTime();
      throw new InputError(`${who}: runAt is not a valid Date`);
    }
    const dueMs = this.#nowMs + Number(delayMs);
    if (typeof delayMs === "number" && delayMs >= 0 && dueMs <= LATEST_MS) return dueMs;
    throw new InputError(
      `${who}: delayMs ${delayMs} is not a number of milliseconds from 0, to a date that there is`,
    );
  }

  /** The facts of `count` jobs. */
  columns(count: number): RareColumns {
    const runAtMs = this.#runAtMs.size === 0 ? null : new Float64Array(count).fill(this.#nowMs);
    for (const [index, dueMs] of this.#runAtMs) if (runAtMs !== null) runAtMs[index] = dueMs;
    return {
      runAtMs,
      options: this.#options,
      outside: { children: this.#children, parentIds: this.#parentIds },
    };
  }
}

/** The facts that are kept beside the columns, or null where there are none. */
function optionsOf(
  { backoffMs, uniqueKey, uniqueMs, limitKey }: JobInput,
  who: string,
): JobOptions | null {
  if ((backoffMs ?? uniqueKey ?? limitKey) === undefined) return null;
  for (const [name, value] of Object.entries({ backoffMs, uniqueMs })) {
    if (value === undefined || (value >= 0 && Number.isFinite(value))) continue;
    throw new InputError(`${who}: ${name} ${value} is not a number of milliseconds from 0`);
  }
  checkKeys({ uniqueKey, limitKey }, who);
  return {
    ...(backoffMs === undefined ? {} : { backoffMs }),
    ...(uniqueKey === undefined ? {} : { uniqueKey }),
    ...(uniqueMs === undefined ? {} : { uniqueMs }),
    ...(limitKey === undefined ? {} : { limitKey }),
  };
}

function checkKeys(keys: Readonly<Record<string, unknown>>, who: string): void {
  for (const [name, value] of Object.entries(keys)) {
    if (value === undefined || (typeof value === "string" && value !== "")) continue;
    throw new InputError(`${who}: ${name} ${JSON.stringify(value)} is no text, or an empty one`);
  }
}
