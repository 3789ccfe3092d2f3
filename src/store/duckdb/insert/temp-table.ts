/** Chunked inserts into a temporary table, then one INSERT … SELECT, with an anti-join that drops repeated edges. */
import { countStatement, type InsertStrategy } from "./strategy.ts";
import { insertChunks } from "./values.ts";

/** Makes the names of temporary tables unique within the process. */
let tablesMade = 0;

/** See the file's head. */
export const insertTempTable: InsertStrategy = async (connection, source, chunkSize, onRows) => {
  const temporary = `incoming_${source.table}_${++tablesMade}`;
  const create = `CREATE TEMP TABLE ${temporary} AS FROM ${source.table} LIMIT 0`;
  const edges = source.table === "job_dependencies";
  const copy = edges
    ? `INSERT INTO ${source.table} SELECT DISTINCT * FROM ${temporary} i WHERE NOT EXISTS (SELECT 1 FROM ${source.table} d WHERE d.child_job_id >= (SELECT min(child_job_id) FROM ${temporary}) AND d.child_job_id = i.child_job_id AND d.parent_job_id = i.parent_job_id)`
    : `INSERT INTO ${source.table} FROM ${temporary}`;
  const drop = `DROP TABLE ${temporary}`;
  await connection.run(create);
  const cost = await insertChunks(connection, temporary, source, chunkSize, onRows);
  await connection.run(copy);
  await connection.run(drop);
  for (const sql of [create, copy, drop]) countStatement(cost, sql, 0);
  return cost;
};
