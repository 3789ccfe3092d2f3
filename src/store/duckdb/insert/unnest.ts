/** One statement per table: all rows travel as a single JSON parameter that the database unnests. */
import { TIMESTAMP } from "../duckdb-api.ts";
import type { RowSource } from "../row-source.ts";
import { countStatement, type InsertStrategy, noCost } from "./strategy.ts";

function typeName(source: RowSource): string {
  return `[{${source.columns.map((c) => `"${c.name}":"${c.type === TIMESTAMP ? "BIGINT" : String(c.type)}"`).join(",")}}]`;
}

/** See the file's head. */
export const insertUnnest: InsertStrategy = async (connection, source, _chunkSize, onRows) => {
  const cost = noCost();
  if (source.length === 0) return cost;
  const rows = Array.from({ length: source.length }, (_, row) =>
    Object.fromEntries(
      source.columns.map((c) => [
        c.name,
        c.type === TIMESTAMP ? Math.round((c.at(row) as number) * 1000) : c.at(row),
      ]),
    ),
  );
  const columns = source.columns.map((c) =>
    c.type === TIMESTAMP ? `make_timestamp(r.${c.name})` : `r.${c.name}`,
  );
  const sql = `INSERT INTO ${source.table} SELECT ${columns.join(", ")} FROM (SELECT unnest(from_json($1::JSON, '${typeName(source)}')) AS r)`;
  await connection.run(sql, [JSON.stringify(rows)]);
  countStatement(cost, sql, 1);
  onRows(source.length);
  return cost;
};
