/** What one transaction of the lane carries, and the promise of everybody who staged something in it. */
import { StagedRows } from "./staged-rows.ts";

/** See the file's head. */
export class LaneBatch {
  readonly rows: StagedRows;
  readonly committed: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  /** Highest seq of the batch, or 0. */
  lastSeq = 0;
  /** Highest job id of the batch, or 0. */
  lastJobId = 0;
  /** Whether anything is staged. */
  filled = false;
  /** Whether it holds a reservation of ids. */
  reserves = false;

  /** `rows` may be reused; they must be empty. */
  constructor(rows: StagedRows = new StagedRows()) {
    this.rows = rows;
    this.committed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever staged something awaits this too; a batch that nobody awaits must not end the process.
    this.committed.catch(() => undefined);
  }

  /** A query of one number above 0 exactly if the batch was committed: its last row is there. */
  get witness(): string {
    if (this.lastSeq === 0) return `SELECT count(*) FROM jobs WHERE id = ${this.lastJobId}`;
    const count = (table: string) => `(SELECT count(*) FROM ${table} WHERE seq = ${this.lastSeq})`;
    return `SELECT ${count("transitions")} + ${count("control")}`;
  }
}
