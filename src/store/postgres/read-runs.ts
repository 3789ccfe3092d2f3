/** Runs with their nodes, edges and sub-runs. */
import { InputError } from "../../lib/errors.ts";
import { STATE_NAMES, type StateName } from "../../model/job.ts";
import type { NodeRecord, RunRecord, RunStatus, RunTree } from "../records.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";
import { readRunStatus } from "./reads.ts";

const NODES = `
  SELECT j.id AS "jobId", j.name, j.task, j.queue, j.state, j.attempt AS attempts, coalesce(j.claimed_at,
    (SELECT max(a.claimed_at) FROM {s}.past_attempts a WHERE a.job_id = j.id)) AS "startedAt", j.ended_at AS "endedAt"
  FROM (SELECT id, name, task, queue, state, attempt, claimed_at, NULL::timestamptz AS ended_at FROM {s}.live_jobs WHERE run_id = $1
    UNION ALL SELECT id, name, task, queue, state, attempt, claimed_at, ended_at FROM {s}.ended_jobs WHERE run_id = $1) j ORDER BY j.id`;
const EDGES = `
  WITH m AS (SELECT id FROM {s}.live_jobs WHERE run_id = $1 UNION ALL SELECT id FROM {s}.ended_jobs WHERE run_id = $1)
  SELECT child_job_id AS child, parent_job_id AS parent FROM {s}.job_dependencies
  WHERE child_job_id IN (SELECT id FROM m) AND parent_job_id IN (SELECT id FROM m) ORDER BY 1, 2`;

/** A run with nodes and edges. @throws InputError for a run that is not there */
export async function readRun(readers: Readers, schema: string, runId: number): Promise<RunRecord> {
  const status = await readRunStatus(readers, schema, runId);
  const [run] = await readers.rows(
    inSchema(schema, "SELECT name FROM {s}.dag_runs WHERE id = $1"),
    [runId],
  );
  const nodes = (await readers.rows(inSchema(schema, NODES), [runId])).map(
    (row) =>
      ({ ...row, state: STATE_NAMES[Number(row["state"])] as StateName }) as unknown as NodeRecord,
  );
  const placeOf = new Map(nodes.map(({ jobId }, place) => [jobId, place]));
  const rows = await readers.rows(inSchema(schema, EDGES), [runId]);
  const edges = rows.map(({ child, parent }): [number, number] => [
    placeOf.get(child as number) as number,
    placeOf.get(parent as number) as number,
  ]);
  return { runId, name: (run?.["name"] as string | null) ?? null, status, nodes, edges };
}

interface RunRow {
  readonly id: number;
  readonly name: string | null;
  readonly job: number;
  readonly attempt: number;
  /** The run of the job that expanded; 0 at the top. */
  readonly above: number;
}

const TREE = `
  WITH RECURSIVE below AS (
    SELECT r.*, 0::bigint AS above FROM {s}.dag_runs r WHERE r.id = $1
    UNION ALL
    SELECT r.*, b.id FROM below b JOIN {s}.jobs j ON j.run_id = b.id JOIN {s}.dag_runs r ON r.parent_job_id = j.id)
  SELECT id, name, parent_job_id AS job, parent_attempt AS attempt, above, status, jobs, done, failed, skipped, cancelled FROM below ORDER BY id`;

/** The run and all runs below it. @throws InputError for a run that is not there */
export async function readRunTree(
  readers: Readers,
  schema: string,
  runId: number,
): Promise<RunTree> {
  const rows = (await readers.rows(inSchema(schema, TREE), [runId])) as unknown as (RunRow &
    Omit<RunStatus, "runId">)[];
  if (rows.length === 0) throw new InputError(`There is no run ${runId}`, { code: "UNKNOWN_RUN" });
  // A run is newer than the one above it: from the end, every child is there before its parent.
  const trees = new Map<number, RunTree[]>();
  for (const { id, name, job, attempt, above, ...counts } of rows.reverse()) {
    const tree: RunTree = {
      runId: id,
      name,
      status: { runId: id, ...counts },
      parent: job === 0 ? null : { jobId: job, attempt },
      children: trees.get(id) ?? [],
    };
    trees.set(above, [tree, ...(trees.get(above) ?? [])]);
  }
  return trees.get(0)?.[0] as RunTree;
}
