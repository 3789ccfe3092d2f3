/** Binds rows of a source to `$1, $2 …` of a prepared statement. */
import type { DuckDBPreparedStatement } from "@duckdb/node-api";
import { BIGINT, DuckDBTimestampValue, TIMESTAMP } from "../duckdb-api.ts";
import type { NumberColumn, RowSource, TextColumn } from "../row-source.ts";

function bindValue(
  statement: DuckDBPreparedStatement,
  index: number,
  column: NumberColumn | TextColumn,
  row: number,
): void {
  if (column.kind === "text") {
    const value = column.at(row);
    if (value === null) statement.bindNull(index);
    else statement.bindVarchar(index, value);
    return;
  }
  const value = column.at(row);
  if (column.type === TIMESTAMP)
    statement.bindTimestamp(index, new DuckDBTimestampValue(BigInt(Math.round(value * 1000))));
  else if (column.type === BIGINT) statement.bindBigInt(index, BigInt(value));
  else statement.bindInteger(index, value);
}

/** Binds `rows` rows from `first`, row by row. */
export function bindRows(
  statement: DuckDBPreparedStatement,
  source: RowSource,
  first: number,
  rows: number,
): void {
  let index = 1;
  for (let row = first; row < first + rows; row++) {
    for (const column of source.columns) bindValue(statement, index++, column, row);
  }
}

/** `(?, ?), (?, ?) …` for `rows` rows of `columns` columns. */
export function placeholders(rows: number, columns: number): string {
  const one = `(${new Array(columns).fill("?").join(", ")})`;
  return new Array(rows).fill(one).join(", ");
}
