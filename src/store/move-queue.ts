/** Moves a queue from a DuckDB file to PostgreSQL: everything, under the same ids, verified by checksum. */
import { resolve } from "node:path";
import { QuackmarkError } from "../lib/errors.ts";
import { QueueExport } from "./duckdb/export-queue.ts";
import { EXPORT_TABLES, type QueueChecksums } from "./moved-queue.ts";

const BATCH_ROWS = 10_000;

/** What was moved. */
export interface Moved {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Equal on both sides. */
  readonly checksums: QueueChecksums;
}

/**
 * Moves a closed queue. The file is left as it is. Interrupted, it goes on where it was when it is called again.
 *
 * @throws InputError for a file that is not there or a schema that holds other jobs, QuackmarkError MOVE_DIFFERS
 */
export async function moveQueue(
  path: string,
  url: string,
  onProgress: (table: string, rows: number) => void,
): Promise<Moved> {
  const { QueueImport } = await import("./postgres/import-queue.ts");
  const from = await QueueExport.open(path);
  try {
    const source = resolve(path);
    const to = await QueueImport.open(url, source);
    try {
      const moved: Record<string, number> = {};
      for (const table of EXPORT_TABLES) {
        let done = await to.done(table);
        for (;;) {
          const { columns, rows } = await from.rows(table, done, BATCH_ROWS);
          if (rows.length === 0) break;
          await to.append(source, table, columns, rows, done);
          done += rows.length;
          onProgress(table, done);
        }
        moved[table] = done;
      }
      const checksums = await from.checksums();
      const there = await to.checksums();
      assertSame(checksums, there);
      await to.finish(await from.facts());
      return { rows: moved, checksums };
    } finally {
      await to.close();
    }
  } finally {
    from.close();
  }
}

function assertSame(here: QueueChecksums, there: QueueChecksums): void {
  const wrong = Object.entries(here).filter(
    ([name, sum]) => there[name as keyof QueueChecksums] !== sum,
  );
  if (wrong.length === 0) return;
  throw new QuackmarkError(
    "MOVE_DIFFERS",
    `The rows in PostgreSQL differ from the file's (${wrong.map(([name]) => name).join(", ")}); the file was used meanwhile: drop the schema and move again`,
  );
}
