/** The questions that the embedded store answers from its tables, on the reader connection. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Audit, ParentEnd, RowCounts } from "../store.ts";
import { audit } from "./audit.ts";
import { readParents } from "./read-parents.ts";
import { readCounts, readQueueWait, readRows } from "./reads.ts";

/** See the file's head. */
export abstract class ReadingStore {
  protected abstract get reader(): DuckDBConnection;

  protected abstract assertOpen(): void;

  async query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.assertOpen();
    return readRows(this.reader, text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.assertOpen();
    return audit(this.reader, runId);
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.assertOpen();
    return readQueueWait(this.reader);
  }

  async counts(): Promise<RowCounts> {
    this.assertOpen();
    return readCounts(this.reader);
  }

  async parentsOf(jobIds: readonly number[]): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
    this.assertOpen();
    return readParents(this.reader, jobIds);
  }
}
