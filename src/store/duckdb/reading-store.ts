/** The questions that the embedded store answers from its tables, on the reader connection. */
import type { Audit, ParentEnd, Repair, RowCounts } from "../store.ts";
import { audit } from "./audit.ts";
import { readParents } from "./read-parents.ts";
import type { ReadSide } from "./read-side.ts";
import { readCounts, readQueueWait } from "./reads.ts";

/** See the file's head. */
export abstract class ReadingStore {
  protected abstract get reads(): ReadSide;

  protected abstract assertOpen(): void;

  get repair(): Repair | null {
    return this.reads.repair;
  }

  async query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.assertOpen();
    return this.reads.query(text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.assertOpen();
    return this.reads.read((reader) => audit(reader, runId));
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.assertOpen();
    return this.reads.read((reader) => readQueueWait(reader));
  }

  async counts(): Promise<RowCounts> {
    this.assertOpen();
    return this.reads.read((reader) => readCounts(reader));
  }

  async parentsOf(jobIds: readonly number[]): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
    this.assertOpen();
    return this.reads.read((reader) => readParents(reader, jobIds));
  }
}
