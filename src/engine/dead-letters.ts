/** Dead letters: jobs that failed for good, and the ways back. */
import type { Clock } from "../lib/clock.ts";
import { InputError } from "../lib/errors.ts";
import type {
  DeadLetter,
  DeadLetterFilter,
  JobRecord,
  PurgePolicy,
  PurgeReceipt,
  RedriveReport,
} from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { checkPurgePolicy } from "./purge-policy.ts";

/** Dead letters that one `list` returns where the caller does not say how many. */
const LISTED = 100;

/** See the file's head. An empty filter matches all of them. */
export class DeadLetters {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The newest first, at most `limit` (default 100). */
  list(
    filter: DeadLetterFilter & { readonly limit?: number } = {},
  ): Promise<readonly DeadLetter[]> {
    const { limit = LISTED, ...rest } = filter;
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new InputError(`limit: ${limit} is not a whole number from 1`);
    return this.#store.deadLetters(checked(rest), limit);
  }

  /** One of them with its args and the error of every attempt. @throws InputError for a job that did not fail */
  async inspect(jobId: number): Promise<JobRecord> {
    const job = await this.#store.job(jobId);
    if (job?.state === "failed") return job;
    throw notDead(jobId, job);
  }

  /**
   * Makes failed jobs ready again, with new tries, all in one transaction. In a run, jobs below them that were
   * skipped wait again, and the run goes on.
   *
   * @param which a job's id, or a filter
   * @throws InputError for a job by id that did not fail or cannot come back
   */
  async redrive(which: number | DeadLetterFilter): Promise<RedriveReport> {
    const nowMs = this.#clock.now();
    if (typeof which !== "number")
      return this.#store.redrive(checked(which), { cancelled: false }, nowMs);
    const report = await this.#store.redrive({ jobId: which }, { cancelled: false }, nowMs);
    if (report.redriven.length === 1) return report;
    const [refused] = report.refused;
    if (refused !== undefined)
      throw new InputError(`Job ${which} cannot be redriven: ${refused.reason}`);
    throw notDead(which, await this.#store.job(which));
  }

  /**
   * Deletes dead letters for good, by default all of them; those that a live job or a live run still needs stay.
   *
   * @throws InputError for a wrong policy
   */
  async purge(policy: Omit<PurgePolicy, "states"> = { olderThanMs: 0 }): Promise<PurgeReceipt> {
    const checkedPolicy = checkPurgePolicy(policy);
    return await this.#store.purge({ ...checkedPolicy, states: ["failed"] }, this.#clock.now());
  }
}

function notDead(jobId: number, job: JobRecord | undefined): InputError {
  return job === undefined
    ? new InputError(`There is no job ${jobId}: it never was, or it was purged`, {
        code: "UNKNOWN_JOB",
      })
    : new InputError(`Job ${jobId} is ${job.state}, and only failed jobs are dead letters`);
}

const FIELDS: Readonly<Record<keyof DeadLetterFilter, (value: unknown) => boolean>> = {
  jobId: Number.isSafeInteger,
  runId: Number.isSafeInteger,
  queue: (value) => typeof value === "string",
  task: (value) => typeof value === "string",
  since: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  before: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

/** A misspelt field would match everything. */
function checked(filter: DeadLetterFilter): DeadLetterFilter {
  for (const [name, value] of Object.entries(filter)) {
    const isValid = FIELDS[name as keyof DeadLetterFilter];
    if (isValid === undefined)
      throw new InputError(
        `filter: there is no field ${JSON.stringify(name)}; known are ${Object.keys(FIELDS).join(", ")}`,
      );
    if (value !== undefined && !isValid(value))
      throw new InputError(`filter.${name}: ${String(value)} is not valid`);
  }
  return filter;
}
