/** One statement for all rows: an array parameter for each column. */
import { texts } from "../arrays.ts";
import type { Cell } from "./row-source.ts";
import { columnList, countStatement, type InsertStrategy, target } from "./strategy.ts";

/** See the file's head. */
export const insertUnnest: InsertStrategy = async (client, schema, source, _, work) => {
  const { columns, length } = source;
  if (length === 0) return;
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(", ");
  const text = `INSERT INTO ${target(schema, source)} SELECT ${columnList(source)} FROM unnest(${arrays}) AS n(${columnList(source)})`;
  const values = columns.map(({ at }) =>
    texts(Array.from({ length }, (_unused, row) => cellText(at(row)))),
  );
  await client.query({ text, values });
  countStatement(work, text, values.length);
  work.onRows(length);
};

function cellText(cell: Cell): string | null {
  return cell === null ? null : String(cell);
}
