/** Runs with their nodes, edges and sub-runs as the log has them, on the reader connection. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../lib/errors.ts";
import { STATE, STATE_NAMES, type StateName } from "../../model/job.ts";
import type { NodeRecord, RunRecord, RunTree } from "../records.ts";
import type { RunStatus } from "../store.ts";
import { dateOf, textOf } from "./read-jobs.ts";
import { readRunStatus } from "./reads.ts";

/** What the ledger says, which is newer than the log. */
export interface LiveStates {
  /** The state of a job, also of one that ended; 0 (blocked) for one that it does not know. */
  stateOf(jobId: number): number;
  /** How a live run stands; undefined for one that ended. */
  statusOf(runId: number): RunStatus | undefined;
}

async function readName(connection: DuckDBConnection, runId: number): Promise<string | null> {
  const result = await connection.run("SELECT name FROM dag_runs WHERE id = $run", {
    run: BigInt(runId),
  });
  const [row] = await result.getRows();
  if (row === undefined) throw new InputError(`There is no run ${runId}`, { code: "UNKNOWN_RUN" });
  return textOf(row[0]);
}

/** A run with nodes and edges. @throws InputError for a run that is not there */
export async function readRun(
  connection: DuckDBConnection,
  runId: number,
  live: LiveStates,
): Promise<RunRecord> {
  const run = BigInt(runId);
  const name = await readName(connection, runId);
  const nodeRows = await connection.run(
    `WITH m AS (SELECT id, name, task, queue FROM jobs WHERE run_id = $run),
       t AS (SELECT job_id, max(attempt) AS attempts, epoch_us(max(ts) FILTER (state = ${STATE.claimed})) AS started,
         epoch_us(max(ts) FILTER (state BETWEEN ${STATE.done} AND ${STATE.cancelled})) AS ended
         FROM transitions WHERE job_id IN (SELECT id FROM m) GROUP BY job_id)
     SELECT m.id, m.name, m.task, m.queue, coalesce(t.attempts, 0), t.started, t.ended
     FROM m LEFT JOIN t ON t.job_id = m.id ORDER BY m.id`,
    { run },
  );
  const nodes = (await nodeRows.getRows()).map(
    ([id, nodeName, task, queue, attempts, started, ended]): NodeRecord => {
      const state = live.stateOf(Number(id));
      const hasEnded = state >= STATE.done && state <= STATE.cancelled;
      return {
        jobId: Number(id),
        name: textOf(nodeName),
        task: String(task),
        queue: String(queue),
        state: STATE_NAMES[state] as StateName,
        attempts: Number(attempts),
        startedAt: started === null ? null : dateOf(started),
        endedAt: ended === null || !hasEnded ? null : dateOf(ended),
      };
    },
  );
  const placeOf = new Map(nodes.map(({ jobId }, place) => [jobId, place]));
  const edgeRows = await connection.run(
    `WITH m AS (SELECT id FROM jobs WHERE run_id = $run)
     SELECT child_job_id, parent_job_id FROM job_dependencies
     WHERE child_job_id IN (SELECT id FROM m) AND parent_job_id IN (SELECT id FROM m) ORDER BY 1, 2`,
    { run },
  );
  const edges = (await edgeRows.getRows()).map(([child, parent]): [number, number] => [
    placeOf.get(Number(child)) as number,
    placeOf.get(Number(parent)) as number,
  ]);
  return {
    runId,
    name,
    status: live.statusOf(runId) ?? (await readRunStatus(connection, runId)),
    nodes,
    edges,
  };
}

interface RunRow {
  readonly runId: number;
  readonly name: string | null;
  readonly jobId: number;
  readonly attempt: number;
  /** The run of the job that expanded; 0 at the top. */
  readonly above: number;
}

/** The run and all runs below it. @throws InputError for a run that is not there */
export async function readRunTree(
  connection: DuckDBConnection,
  runId: number,
  live: LiveStates,
): Promise<RunTree> {
  await readName(connection, runId);
  const result = await connection.run(
    `WITH RECURSIVE below AS (
       SELECT r.id, r.name, r.parent_job_id, r.parent_attempt, 0::BIGINT AS above FROM dag_runs r WHERE r.id = $run
       UNION ALL
       SELECT r.id, r.name, r.parent_job_id, r.parent_attempt, b.id FROM below b JOIN jobs j ON j.run_id = b.id JOIN dag_runs r ON r.parent_job_id = j.id)
     SELECT id, name, parent_job_id, parent_attempt, above FROM below ORDER BY id`,
    { run: BigInt(runId) },
  );
  const rows = (await result.getRows()).map(
    ([id, name, jobId, attempt, above]): RunRow => ({
      runId: Number(id),
      name: textOf(name),
      jobId: Number(jobId),
      attempt: Number(attempt),
      above: Number(above),
    }),
  );
  const statuses = new Map<number, RunStatus>();
  for (const row of rows)
    statuses.set(
      row.runId,
      live.statusOf(row.runId) ?? (await readRunStatus(connection, row.runId)),
    );
  // A run is newer than the one above it: from the end, every child is there before its parent.
  const trees = new Map<number, RunTree[]>();
  for (const { runId: id, name, jobId, attempt, above } of rows.reverse()) {
    const tree: RunTree = {
      runId: id,
      name,
      status: statuses.get(id) as RunStatus,
      parent: jobId === 0 ? null : { jobId, attempt },
      children: trees.get(id) ?? [],
    };
    trees.set(above, [tree, ...(trees.get(above) ?? [])]);
  }
  return trees.get(0)?.[0] as RunTree;
}
