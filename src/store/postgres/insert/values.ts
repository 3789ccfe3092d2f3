/** Strategies of VALUES lists: one row a statement, a chunk a statement, and chunks by way of a temporary table. */
import type { Client } from "pg";
import type { RowSource } from "./row-source.ts";
import {
  columnList,
  countStatement,
  type InsertStrategy,
  type InsertWork,
  target,
} from "./strategy.ts";

/** Parameters of one statement; the protocol counts them in 16 bits. */
const PARAMETER_LIMIT = 65_535;

/** One prepared INSERT per row. */
export const insertRow: InsertStrategy = (client, schema, source, _, work) =>
  insertChunks(client, target(schema, source), source, 1, work);

/** Multi-row VALUES; a chunk is never larger than the protocol's parameters allow. */
export const insertValues: InsertStrategy = (client, schema, source, chunkSize, work) =>
  insertChunks(client, target(schema, source), source, chunkSize, work);

/** Chunks into a temporary table, then one INSERT … SELECT that drops pairs which are there already. */
export const insertTempTable: InsertStrategy = async (client, schema, source, chunkSize, work) => {
  const { table } = source;
  const staging = `staging_${table}`;
  const run = async (sql: string): Promise<void> => {
    await client.query(sql);
    countStatement(work, sql, 0);
  };
  await run(
    `CREATE TEMP TABLE ${staging} ON COMMIT DROP AS SELECT ${columnList(source)} FROM ${schema}.${table} WITH NO DATA`,
  );
  await insertChunks(client, `${staging}(${columnList(source)})`, source, chunkSize, work);
  const isKnown =
    table === "job_dependencies"
      ? `WHERE NOT EXISTS (SELECT 1 FROM ${schema}.${table} t WHERE t.child_job_id = s.child_job_id AND t.parent_job_id = s.parent_job_id)`
      : "";
  await run(
    `INSERT INTO ${target(schema, source)} SELECT ${columnList(source)} FROM ${staging} s ${isKnown}`,
  );
  await run(`DROP TABLE ${staging}`);
};

async function insertChunks(
  client: Client,
  into: string,
  source: RowSource,
  chunkSize: number,
  work: InsertWork,
): Promise<void> {
  const { columns, length } = source;
  const chunk = Math.max(
    1,
    Math.min(chunkSize, length, Math.floor(PARAMETER_LIMIT / columns.length)),
  );
  for (let from = 0; from < length; from += chunk) {
    const rows = Math.min(chunk, length - from);
    const text = `INSERT INTO ${into} VALUES ${valuesList(rows, columns.length)}`;
    const values: unknown[] = [];
    for (let row = from; row < from + rows; row++)
      for (const { at } of columns) values.push(at(row));
    // Prepared once where the statement comes again.
    const isRepeated = rows === chunk && length >= 2 * chunk;
    await client.query(
      isRepeated
        ? { name: `${into.length}:${into}:${chunk}`.slice(0, 60), text, values }
        : { text, values },
    );
    countStatement(work, text, values.length);
    work.onRows(rows);
  }
}

function valuesList(rows: number, columns: number): string {
  const lists: string[] = [];
  for (let row = 0, parameter = 1; row < rows; row++) {
    const list: string[] = [];
    for (let column = 0; column < columns; column++) list.push(`$${parameter++}`);
    lists.push(`(${list.join(", ")})`);
  }
  return lists.join(", ");
}
