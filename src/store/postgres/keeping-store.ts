/** What is kept beside the jobs, and how the schema stays in bounds: pauses, schedules, purges, retention, compaction. */
import { InputError } from "../../lib/errors.ts";
import { STATE } from "../../model/job.ts";
import type { CompactReceipt, PurgePolicy, PurgeReceipt } from "../records.ts";
import type { StoreOptions } from "../store-options.ts";
import { pauseOperation, scheduleOperation } from "./control.ts";
import { inSchema } from "./names.ts";
import { purge } from "./purge.ts";
import { ReadingStore } from "./reading-store.ts";
import { Retention } from "./retention.ts";
import type { Session } from "./session.ts";

/** Tables in which rows come and go. */
const TABLES = ["live_jobs", "ended_jobs", "past_attempts", "job_dependencies", "dag_runs"];
const SIZE =
  "SELECT sum(pg_total_relation_size(c.oid)) AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'";

/** See the file's head. */
export abstract class KeepingStore extends ReadingStore {
  protected readonly retention: Retention;
  readonly #session: Session;

  constructor(session: Session, options: StoreOptions) {
    super(session, options);
    this.#session = session;
    this.retention = new Retention(session, options);
  }

  /** Workers of this process look for jobs. */
  protected abstract wake(): void;

  async pause(queue: string, paused: boolean): Promise<void> {
    this.assertOpen();
    const { lane, schema, channel } = this.#session;
    await lane.run(pauseOperation(schema, channel, queue, paused));
    if (!paused) this.wake();
  }

  async putSchedule(name: string, spec: string | null, nowMs: number): Promise<void> {
    this.assertOpen();
    await this.#session.lane.run(scheduleOperation(this.schema, name, spec, nowMs));
  }

  async purge(policy: PurgePolicy, nowMs: number): Promise<PurgeReceipt> {
    this.assertOpen();
    const { olderThanMs, keepJobs, states, queue = null, jobIds = null, archive } = policy;
    if (archive === true)
      throw new InputError(
        "purge: the PostgreSQL store writes no archive; copy what you keep with COPY … TO before the purge",
      );
    const serverMs = nowMs + this.#session.offsetMs;
    const isByTime = olderThanMs !== undefined || keepJobs === undefined;
    const beforeMs = isByTime ? serverMs - (olderThanMs ?? 0) + 1 : null;
    const choice = {
      endedBeforeMs: beforeMs,
      failedBeforeMs: beforeMs,
      keepJobs: keepJobs ?? null,
      states: states === undefined ? null : states.map((state) => STATE[state]),
      queue,
      jobIds,
    };
    return purge(this.readers, this.schema, choice, serverMs);
  }

  /** Each table is written anew, one after the other; whoever uses it waits meanwhile. */
  async compact(): Promise<CompactReceipt> {
    this.assertOpen();
    const beforeBytes = await this.#bytes();
    for (const table of TABLES)
      await this.readers.rows(inSchema(this.schema, `VACUUM (FULL, ANALYZE) {s}.${table}`));
    return { beforeBytes, afterBytes: await this.#bytes() };
  }

  async #bytes(): Promise<number> {
    const [row] = await this.readers.rows(SIZE, [this.schema]);
    return Number(row?.["bytes"]);
  }
}
