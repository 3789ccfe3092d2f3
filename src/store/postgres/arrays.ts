/** PostgreSQL array texts from columns. A column that is the same for all rows is an array of one. */
import type { StringColumn } from "../../lib/string-column.ts";

/** An array of numbers; `null` is NULL. */
export function numbers(values: Iterable<number | null>): string {
  return `{${Array.from(values, (value) => value ?? "NULL").join(",")}}`;
}

/** An array of texts; `null` is NULL. */
export function texts(values: Iterable<string | null>): string {
  return `{${Array.from(values, textElement).join(",")}}`;
}

const NEEDS_ESCAPE = /["\\]/;

function textElement(value: string | null): string {
  if (value === null) return "NULL";
  return `"${NEEDS_ESCAPE.test(value) ? value.replace(/["\\]/g, "\\$&") : value}"`;
}

/** Numbers, or the one that they all are. */
export function compactNumbers(values: ArrayLike<number>): string {
  const first = values[0] as number;
  for (let row = 1; row < values.length; row++)
    if (values[row] !== first) return numbers(Array.from(values));
  return `{${first}}`;
}

/** Strings of a column, or the one that they all are. */
export function compactStrings(column: StringColumn, rows: number): string {
  const first = column.at(0);
  for (let row = 1; row < rows; row++)
    if (column.at(row) !== first)
      return texts(Array.from({ length: rows }, (_, at) => column.at(at)));
  return texts([first]);
}
