/** What every insert strategy is, and the cost it reports. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { RowSource } from "../row-source.ts";

/** What writing took. */
export interface InsertCost {
  /** SQL statements and appender flushes. */
  statements: number;
  /** Longest SQL text. */
  statementBytesMax: number;
  /** Most parameters bound to one statement. */
  parametersMax: number;
}

/** Writes rows inside the transaction that is open on the connection. */
export type InsertStrategy = (
  connection: DuckDBConnection,
  source: RowSource,
  chunkSize: number,
  onRows: OnRows,
) => Promise<InsertCost>;

/** Told of rows as they are handed to the database, long before the commit: for progress only. */
export type OnRows = (rows: number) => void;

/** Adds what one statement took. */
export function countStatement(cost: InsertCost, sql: string, parameters: number): void {
  cost.statements++;
  cost.statementBytesMax = Math.max(cost.statementBytesMax, Buffer.byteLength(sql));
  cost.parametersMax = Math.max(cost.parametersMax, parameters);
}

/** A cost of nothing. */
export function noCost(): InsertCost {
  return { statements: 0, statementBytesMax: 0, parametersMax: 0 };
}

/** Adds the cost of one table to that of a submission. */
export function addCost(total: InsertCost, part: InsertCost): void {
  total.statements += part.statements;
  total.statementBytesMax = Math.max(total.statementBytesMax, part.statementBytesMax);
  total.parametersMax = Math.max(total.parametersMax, part.parametersMax);
}
