/** What every insert strategy is, and the cost it reports. */
import type { Client } from "pg";
import type { RowSource } from "./row-source.ts";

/** What writing took. */
interface InsertCost {
  /** SQL statements; a COPY is one. */
  statements: number;
  /** Longest SQL text. */
  statementBytesMax: number;
  /** Most parameters bound to one statement. */
  parametersMax: number;
}

/** Writes rows inside the transaction that is open on the connection. */
export type InsertStrategy = (
  client: Client,
  schema: string,
  source: RowSource,
  chunkSize: number,
  work: InsertWork,
) => Promise<void>;

/** What is told while rows are written. */
export interface InsertWork {
  readonly cost: InsertCost;
  /** Rows handed to the server, long before the commit. */
  onRows(rows: number): void;
}

/** Adds what one statement took. */
export function countStatement({ cost }: InsertWork, sql: string, parameters: number): void {
  cost.statements++;
  cost.statementBytesMax = Math.max(cost.statementBytesMax, Buffer.byteLength(sql));
  cost.parametersMax = Math.max(cost.parametersMax, parameters);
}

/** `schema.table(a, "at")`. */
export function target(schema: string, { table, columns }: RowSource): string {
  return `${schema}.${table}(${columnList({ columns })})`;
}

/** The columns, quoted: `at` is a word of SQL. */
export function columnList({ columns }: Pick<RowSource, "columns">): string {
  return columns.map(({ name }) => `"${name}"`).join(", ");
}
