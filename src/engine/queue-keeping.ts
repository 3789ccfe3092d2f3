/** What keeps a queue's store in bounds: purges on demand and compaction. */
import type { Clock } from "../lib/clock.ts";
import type { CompactReceipt, PurgePolicy, PurgeReceipt } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { checkPurgePolicy } from "./purge-policy.ts";
import { QueueReads } from "./queue-reads.ts";

/** See the file's head. */
export abstract class QueueKeeping extends QueueReads {
  readonly #store: Store;
  readonly #clock: Clock;

  protected constructor(store: Store, clock: Clock) {
    super(store, clock);
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Deletes what has ended, in whole units: a run with all that its jobs expanded to, or a job without a run. What a
   * live job depends on stays. Retention does this by itself; see `retentionMs` of the configuration.
   *
   * @throws InputError for a policy that is empty or wrong
   */
  async purge(policy: PurgePolicy): Promise<PurgeReceipt> {
    return await this.#store.purge(checkPurgePolicy(policy), this.#clock.now());
  }

  /** Makes the file as small as its rows; everybody else waits meanwhile. Deleted rows' space is reused without this. */
  compact(): Promise<CompactReceipt> {
    return this.#store.compact();
  }
}
