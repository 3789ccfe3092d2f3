/** The questions that the store answers from its tables, beside the lane. */
import type { Audit, ParentEnd, RowCounts, SelfCheck } from "../store.ts";
import { audit } from "./audit.ts";
import { readParents } from "./parents.ts";
import type { Readers } from "./readers.ts";
import { readCounts, readQueueWait, readRows } from "./reads.ts";
import { selfCheck } from "./self-check.ts";

/** See the file's head. */
export abstract class ReadingStore {
  protected readonly readers: Readers;
  protected readonly schema: string;

  constructor(readers: Readers, schema: string) {
    this.readers = readers;
    this.schema = schema;
  }

  protected abstract assertOpen(): void;

  async query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.assertOpen();
    return readRows(this.readers, this.schema, text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.assertOpen();
    return audit(this.readers, this.schema, runId);
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.assertOpen();
    return readQueueWait(this.readers, this.schema);
  }

  async counts(): Promise<RowCounts> {
    this.assertOpen();
    return readCounts(this.readers, this.schema);
  }

  async parentsOf(jobIds: readonly number[]): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
    this.assertOpen();
    return readParents(this.readers, this.schema, jobIds);
  }

  async selfCheck(): Promise<SelfCheck> {
    this.assertOpen();
    return selfCheck(this.readers, this.schema);
  }
}
