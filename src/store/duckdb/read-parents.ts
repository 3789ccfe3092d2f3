/** How the parents of jobs ended, with their results, on the reader connection. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { STATE, STATE_NAMES } from "../../model/job.ts";
import type { ParentEnd } from "../store.ts";

type SubResult = NonNullable<ParentEnd["subResults"]>[number];

/** The last end of each job; a job that was redriven after it has none. */
const LAST_END = (ids: string): string => `
  SELECT job_id, arg_max(state, seq) AS state, arg_max(payload, seq) AS payload FROM transitions
  WHERE job_id IN (${ids}) AND (state BETWEEN ${STATE.done} AND ${STATE.cancelled} OR state = ${STATE.redriven})
  GROUP BY job_id`;

/** Parents by child; a child without parents has an empty list. */
export async function readParents(
  connection: DuckDBConnection,
  jobIds: readonly number[],
): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
  const children = jobIds.map((id) => Math.trunc(id)).join(", ");
  const parentIds = `SELECT parent_job_id FROM job_dependencies WHERE child_job_id IN (${children})`;
  const result = await connection.run(`
    SELECT d.child_job_id, p.id, p.name, e.state, e.payload, x.run_id
    FROM job_dependencies d JOIN jobs p ON p.id = d.parent_job_id
    LEFT JOIN (${LAST_END(parentIds)}) e ON e.job_id = p.id
    LEFT JOIN (SELECT job_id, arg_max(by_job, seq) AS run_id FROM transitions
               WHERE state = ${STATE.expanded} AND job_id IN (${parentIds}) GROUP BY job_id) x ON x.job_id = p.id
    WHERE d.child_job_id IN (${children}) ORDER BY d.child_job_id, p.id`);
  const rows = await result.getRows();
  const runIds = rows.flatMap(([, , , , , run]) => (run === null ? [] : [Number(run)]));
  const subResults = await readSubResults(connection, runIds);
  const parents = new Map<number, ParentEnd[]>(jobIds.map((id) => [id, []]));
  for (const [child, id, name, state, payload, run] of rows) {
    const ended = state !== null && Number(state) !== STATE.redriven;
    parents.get(Number(child))?.push({
      jobId: Number(id),
      name: name === null || name === undefined ? null : String(name),
      state: ended ? (STATE_NAMES[Number(state)] as ParentEnd["state"]) : "pending",
      payload: payload === null || payload === undefined ? null : String(payload),
      subResults: run === null ? null : (subResults.get(Number(run)) ?? []),
    });
  }
  return parents;
}

async function readSubResults(
  connection: DuckDBConnection,
  runIds: readonly number[],
): Promise<ReadonlyMap<number, readonly SubResult[]>> {
  const results = new Map<number, SubResult[]>(runIds.map((id) => [id, []]));
  if (runIds.length === 0) return results;
  const jobs = `SELECT id FROM jobs WHERE run_id IN (${runIds.join(", ")})`;
  const result = await connection.run(`
    SELECT j.run_id, j.name, e.payload FROM jobs j JOIN (${LAST_END(jobs)}) e ON e.job_id = j.id
    WHERE e.state = ${STATE.done} ORDER BY j.id`);
  for (const [run, name, payload] of await result.getRows())
    results.get(Number(run))?.push({
      name: name === null ? null : String(name),
      payload: payload === null ? null : String(payload),
    });
  return results;
}
