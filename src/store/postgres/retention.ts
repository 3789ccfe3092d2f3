/**
 * Purges by itself what is too old or too much: when many jobs have ended here, and by the clock. One process does
 * it at a time, whichever comes first.
 */
import type { CancelTimer } from "../../lib/clock.ts";
import { retentionSlack } from "../retention-slack.ts";
import type { StoreOptions } from "../store-options.ts";
import { inSchema } from "./names.ts";
import { purge } from "./purge.ts";
import type { Session } from "./session.ts";

/** Whether something ended before a time: the index by blocks answers without a look at the newer rows. */
const IS_OLD =
  "SELECT EXISTS (SELECT FROM {s}.ended_jobs WHERE ended_at < to_timestamp($1::float8 / 1000)) AS old";
/** Counts no further than it must. */
const ENDED = "SELECT count(*) AS ended FROM (SELECT FROM {s}.ended_jobs LIMIT $1) e";
/** Slots that fired: the schedules themselves know the last one. */
const OLD_CONTROL = "DELETE FROM {s}.control WHERE ts < to_timestamp($1::float8 / 1000)";

/** See the file's head. */
export class Retention {
  readonly #session: Session;
  readonly #options: StoreOptions;
  #cancel: CancelTimer | undefined;
  #endedHere = 0;
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(session: Session, options: StoreOptions) {
    this.#session = session;
    this.#options = options;
    this.#arm();
  }

  /** So many attempts ended in this process. */
  ended(attempts: number): void {
    this.#endedHere += attempts;
    const { retentionJobs } = this.#options.config;
    if (retentionJobs > 0 && this.#endedHere > retentionSlack(retentionJobs)) this.#run(0);
  }

  /** Nothing is purged any more; resolves when the slice that runs has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#running;
  }

  #arm(): void {
    const { retentionMs, retentionFailedMs, retentionJobs, retentionCheckMs } =
      this.#options.config;
    if (retentionMs + retentionFailedMs + retentionJobs === 0 || this.#isClosed) return;
    this.#cancel = this.#options.clock.setTimer(
      () => this.#run(retentionSlack(retentionJobs)),
      retentionCheckMs,
    );
  }

  /** `slack`: so many ended jobs beyond the limit are no reason for a purge. */
  #run(slack: number): void {
    if (this.#running !== null || this.#isClosed) return;
    this.#cancel?.();
    this.#endedHere = 0;
    this.#running = this.#purge(slack)
      // What could not be deleted now is found again.
      .catch(() => undefined)
      .finally(() => {
        this.#running = null;
        this.#arm();
      });
  }

  async #purge(slack: number): Promise<void> {
    const { readers, schema, channel } = this.#session;
    const lock = [`${channel} retention`];
    await readers.run({
      send: async (client) => {
        const ask: Ask = async (text, values) =>
          (await client.query(inSchema(schema, text), [...values])).rows[0];
        const { won } = await ask(
          "SELECT pg_try_advisory_lock(hashtextextended($1, 2)) AS won",
          lock,
        );
        if (won !== true) return;
        try {
          await this.#purgeAlone(ask, slack);
        } finally {
          await ask("SELECT pg_advisory_unlock(hashtextextended($1, 2))", lock);
        }
      },
    });
  }

  async #purgeAlone(ask: Ask, slack: number): Promise<void> {
    const { readers, schema, now } = this.#session;
    const { retentionMs, retentionFailedMs, retentionJobs } = this.#options.config;
    const nowMs = now();
    const before = (keptMs: number): number | null => (keptMs === 0 ? null : nowMs - keptMs);
    const endedBeforeMs = before(retentionMs);
    const failedBeforeMs = before(retentionFailedMs);
    const limit = retentionJobs === 0 ? null : retentionJobs + slack;
    const oldest = Math.max(endedBeforeMs ?? 0, failedBeforeMs ?? 0);
    const isOld = (await ask(IS_OLD, [oldest]))["old"] === true;
    const isMany = limit !== null && Number((await ask(ENDED, [limit + 1]))["ended"]) > limit;
    if (endedBeforeMs !== null) await ask(OLD_CONTROL, [endedBeforeMs]);
    if (!isOld && !isMany) return;
    const keepJobs = isMany ? retentionJobs : null;
    const choice = {
      endedBeforeMs,
      failedBeforeMs,
      keepJobs,
      states: null,
      queue: null,
      jobIds: null,
    };
    await purge(readers, schema, choice, nowMs);
  }
}

/** Asks on the connection that holds the lock; the first row. */
type Ask = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>>;
