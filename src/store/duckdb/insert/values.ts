/** Multi-row VALUES: one prepared statement per chunk size, parameters bound, all rows of a chunk in one statement. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { RowSource } from "../row-source.ts";
import { bindRows, placeholders } from "./bind-row.ts";
import {
  countStatement,
  type InsertCost,
  type InsertStrategy,
  noCost,
  type OnRows,
} from "./strategy.ts";

/** Inserts `source` into `table` with at most `chunkSize` rows a statement. */
export async function insertChunks(
  connection: DuckDBConnection,
  table: string,
  source: RowSource,
  chunkSize: number,
  onRows: OnRows,
): Promise<InsertCost> {
  const cost = noCost();
  const write = async (first: number, end: number, rows: number) => {
    const sql = `INSERT INTO ${table} VALUES ${placeholders(rows, source.columns.length)}`;
    const statement = await connection.prepare(sql);
    try {
      for (let row = first; row < end; row += rows) {
        bindRows(statement, source, row, rows);
        await statement.run();
        countStatement(cost, sql, rows * source.columns.length);
        onRows(rows);
      }
    } finally {
      statement.destroySync();
    }
  };
  const rows = Math.min(chunkSize, source.length);
  const whole = rows === 0 ? 0 : source.length - (source.length % rows);
  if (whole > 0) await write(0, whole, rows);
  if (whole < source.length) await write(whole, source.length, source.length - whole);
  return cost;
}

/** See the file's head. */
export const insertValues: InsertStrategy = (connection, source, chunkSize, onRows) =>
  insertChunks(connection, source.table, source, chunkSize, onRows);
