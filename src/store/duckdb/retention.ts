/** Purges by itself what is too old or too much. It looks when jobs have ended, and while any are kept, by the clock. */
import type { CancelTimer } from "../../lib/clock.ts";
import { STATE } from "../../model/job.ts";
import { retentionSlack } from "../retention-slack.ts";
import type { StoreOptions } from "../store-options.ts";
import type { DurableLedger } from "./durable-ledger.ts";
import { purge } from "./purge.ts";
import { readNumber } from "./reads.ts";

/** When the first job that is kept ended, in milliseconds since the epoch. */
const OLDEST = `SELECT epoch_ms(min(ts)) FROM transitions WHERE state BETWEEN ${STATE.done} AND ${STATE.cancelled}`;

/** See the file's head. */
export class Retention {
  readonly #durable: DurableLedger;
  readonly #options: StoreOptions;
  #cancel: CancelTimer | undefined;
  #isRunning = false;
  #isClosed = false;
  /** Ended jobs from which there are too many. */
  #tooMany: number;

  constructor(durable: DurableLedger, options: StoreOptions) {
    this.#durable = durable;
    this.#options = options;
    this.#tooMany = this.#limitAfter(0);
  }

  /** Something was committed. */
  committed(): void {
    const { count } = this.#durable.ledger.ended;
    if (count > this.#tooMany) this.#run(true);
    else if (count > 0) this.#arm();
  }

  /** Nothing is purged any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #arm(): void {
    const { retentionMs, retentionFailedMs, retentionCheckMs } = this.#options.config;
    if (this.#cancel !== undefined || retentionMs + retentionFailedMs === 0) return;
    this.#cancel = this.#options.clock.setTimer(() => {
      this.#cancel = undefined;
      this.#run(false);
    }, retentionCheckMs);
  }

  #run(isTooMany: boolean): void {
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    this.#purge(isTooMany)
      // What could not be deleted now is found again.
      .catch(() => undefined)
      .finally(() => {
        this.#isRunning = false;
        this.#tooMany = this.#limitAfter(this.#durable.ledger.ended.count);
        if (this.#durable.ledger.ended.count > 0 && !this.#isClosed) this.#arm();
      });
  }

  async #purge(isTooMany: boolean): Promise<void> {
    const { config, clock, archiveFolder } = this.#options;
    const { retentionMs, retentionFailedMs, retentionJobs } = config;
    const nowMs = clock.now();
    const before = (keptMs: number): number =>
      keptMs === 0 ? Number.NEGATIVE_INFINITY : nowMs - keptMs;
    const endedBeforeMs = before(retentionMs);
    const failedBeforeMs = before(retentionFailedMs);
    if (!isTooMany) {
      const oldestMs = await this.#durable.reads.read((reader) => readNumber(reader, OLDEST));
      if (oldestMs >= Math.max(endedBeforeMs, failedBeforeMs)) return;
    }
    const keepJobs = retentionJobs === 0 ? Number.POSITIVE_INFINITY : retentionJobs;
    const choice = {
      endedBeforeMs,
      failedBeforeMs,
      keepJobs,
      states: null,
      queue: null,
      jobIds: null,
    };
    await purge(this.#durable, choice, { archive: archiveFolder, nowMs });
  }

  /** Where live jobs hold on to ended ones, those are not looked for again at once. */
  #limitAfter(kept: number): number {
    const { retentionJobs } = this.#options.config;
    if (retentionJobs === 0) return Number.POSITIVE_INFINITY;
    const from = Math.max(kept, retentionJobs);
    return from + retentionSlack(from);
  }
}
