/** What one transaction of the lane carries, and the promise of everybody who staged something in it. */
import { BIGINT, TIMESTAMP, VARCHAR } from "@duckdb/node-api";
import { LogBatch } from "./log-batch.ts";
import type { RowSource } from "./row-source.ts";

interface ControlRow {
  readonly seq: number;
  readonly kind: string;
  readonly key: string;
  readonly value: string;
  readonly tsMs: number;
}

/** See the file's head. */
export class LaneBatch {
  readonly log: LogBatch;
  readonly #control: ControlRow[] = [];
  readonly committed: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  /** Highest seq of the batch: present in the database exactly if the batch was committed. */
  lastSeq = 0;

  /** `log` may be reused; it must be empty. */
  constructor(log: LogBatch = new LogBatch()) {
    this.log = log;
    this.committed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever staged something awaits this too; a batch that nobody awaits must not end the process.
    this.committed.catch(() => undefined);
  }

  /** Rows held. */
  get length(): number {
    return this.log.length + this.#control.length;
  }

  /** Adds a row of `control`. */
  pushControl(row: ControlRow): void {
    this.#control.push(row);
    this.lastSeq = row.seq;
  }

  /** The rows of `control`; empty for most batches. */
  controlSource(): RowSource {
    const rows = this.#control;
    const row = (index: number): ControlRow => rows[index] as ControlRow;
    return {
      table: "control",
      length: rows.length,
      columns: [
        { kind: "number", name: "seq", type: BIGINT, at: (index) => row(index).seq },
        { kind: "text", name: "kind", type: VARCHAR, at: (index) => row(index).kind },
        { kind: "text", name: "key", type: VARCHAR, at: (index) => row(index).key },
        { kind: "text", name: "value", type: VARCHAR, at: (index) => row(index).value },
        { kind: "number", name: "ts", type: TIMESTAMP, at: (index) => row(index).tsMs },
      ],
    };
  }
}
