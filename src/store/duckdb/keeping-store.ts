/** How the embedded store keeps its file in bounds: purges on demand and by retention, and compacts. */
import { statSync } from "node:fs";
import { InputError } from "../../lib/errors.ts";
import { STATE } from "../../model/job.ts";
import type { CompactReceipt, PurgePolicy, PurgeReceipt } from "../records.ts";
import type { StoreOptions } from "../store-options.ts";
import type { DurableLedger } from "./durable-ledger.ts";
import { purge } from "./purge.ts";
import { ReadingStore } from "./reading-store.ts";
import { Retention } from "./retention.ts";

/** See the file's head. */
export abstract class KeepingStore extends ReadingStore {
  readonly #archiveFolder: string | null;
  protected readonly retention: Retention;

  constructor(durable: DurableLedger, options: StoreOptions) {
    super(durable);
    this.#archiveFolder = options.archiveFolder;
    this.retention = new Retention(durable, options);
    durable.onCommitted = () => this.retention.committed();
    this.retention.committed();
  }

  async purge(policy: PurgePolicy, nowMs: number): Promise<PurgeReceipt> {
    this.assertOpen();
    const { olderThanMs, keepJobs, states, queue = null, jobIds = null, archive } = policy;
    if (archive === true && this.#archiveFolder === null)
      throw new InputError("purge: the queue has no archive; open it with archiveFolder");
    const isByTime = olderThanMs !== undefined || keepJobs === undefined;
    const beforeMs = isByTime ? nowMs - (olderThanMs ?? 0) + 1 : Number.NEGATIVE_INFINITY;
    const choice = {
      endedBeforeMs: beforeMs,
      failedBeforeMs: beforeMs,
      keepJobs: keepJobs ?? Number.POSITIVE_INFINITY,
      states: states === undefined ? null : states.map((state) => STATE[state]),
      queue,
      jobIds,
    };
    await this.durable.lane.committed;
    return purge(this.durable, choice, {
      archive: archive === false ? null : this.#archiveFolder,
      nowMs,
    });
  }

  async compact(): Promise<CompactReceipt> {
    this.assertOpen();
    const { file } = this.durable;
    await this.durable.lane.committed;
    const beforeBytes = bytesOf(file);
    await this.durable.compact();
    return { beforeBytes, afterBytes: bytesOf(file) };
  }
}

/** Of a database and its log. */
function bytesOf(file: string | null): number {
  const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return file === null ? 0 : size(file) + size(`${file}.wal`);
}
