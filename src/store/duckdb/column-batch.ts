/** Rows of one table that wait for the lane, in columns that become data chunks at commit. */
import type { DuckDBType } from "@duckdb/node-api";
import { VARCHAR } from "./duckdb-api.ts";
import type { RowSource } from "./row-source.ts";

/** A value of a row; ids and times (milliseconds since the epoch) are plain numbers. */
export type Cell = number | string | null;

/** See the file's head. For the log itself there is `LogBatch`, which is faster. */
export class ColumnBatch implements RowSource {
  readonly table: string;
  readonly columns: RowSource["columns"];
  readonly #cells: Cell[][];
  #length = 0;

  /** `columns` in the table's order; number columns hold no NULL. */
  constructor(table: string, columns: readonly (readonly [name: string, type: DuckDBType])[]) {
    this.table = table;
    this.#cells = columns.map(() => []);
    this.columns = columns.map(([name, type], index) => {
      const cells = this.#cells[index] as Cell[];
      return type === VARCHAR
        ? { kind: "text", name, type, at: (row) => cells[row] as string | null }
        : { kind: "number", name, type, at: (row) => cells[row] as number };
    });
  }

  /** Rows held. */
  get length(): number {
    return this.#length;
  }

  /** Adds one row, its values in the order of the columns. */
  push(...row: readonly Cell[]): void {
    for (let index = 0; index < this.#cells.length; index++)
      (this.#cells[index] as Cell[]).push(row[index] as Cell);
    this.#length++;
  }

  /** Adds the rows of another source with the same columns. */
  pushAll(source: RowSource): void {
    source.columns.forEach((column, index) => {
      const cells = this.#cells[index] as Cell[];
      for (let row = 0; row < source.length; row++) cells.push(column.at(row));
    });
    this.#length += source.length;
  }

  /** Forgets all rows. */
  clear(): void {
    for (const cells of this.#cells) cells.length = 0;
    this.#length = 0;
  }
}
