/** How the parents of jobs ended, with their results. */
import { STATE, STATE_NAMES } from "../../model/job.ts";
import type { ParentEnd } from "../store.ts";
import { numbers } from "./arrays.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

const PARENTS = `
  SELECT d.child_job_id AS child, d.parent_job_id AS id, coalesce(e.name, l.name) AS name, e.state, e.payload,
    (SELECT max(r.id) FROM {s}.dag_runs r WHERE r.parent_job_id = d.parent_job_id) AS run
  FROM {s}.job_dependencies d
    LEFT JOIN {s}.ended_jobs e ON e.id = d.parent_job_id
    LEFT JOIN {s}.live_jobs l ON l.id = d.parent_job_id
  WHERE d.child_job_id = ANY($1::bigint[]) ORDER BY d.child_job_id, d.parent_job_id`;
const SUB_RESULTS = `
  SELECT run_id AS run, name, payload FROM {s}.ended_jobs WHERE run_id = ANY($1::bigint[]) AND state = ${STATE.done} ORDER BY id`;

type SubResult = NonNullable<ParentEnd["subResults"]>[number];

interface ParentRow {
  readonly child: number;
  readonly id: number;
  readonly name: string | null;
  readonly state: number | null;
  readonly payload: string | null;
  readonly run: number | null;
}

/** Parents by child; a child without parents has an empty list. */
export async function readParents(
  readers: Readers,
  schema: string,
  jobIds: readonly number[],
): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
  const rows = (await readers.rows(inSchema(schema, PARENTS), [
    numbers(jobIds),
  ])) as unknown as ParentRow[];
  const runIds = rows.flatMap(({ run }) => (run === null ? [] : [run]));
  const subResults = new Map<number, SubResult[]>(runIds.map((id) => [id, []]));
  if (runIds.length > 0) {
    const results = await readers.rows(inSchema(schema, SUB_RESULTS), [numbers(runIds)]);
    for (const { run, name, payload } of results as unknown as (SubResult & {
      readonly run: number;
    })[])
      subResults.get(run)?.push({ name, payload });
  }
  const parents = new Map<number, ParentEnd[]>(jobIds.map((id) => [id, []]));
  for (const { child, id, name, state, payload, run } of rows) {
    parents.get(child)?.push({
      jobId: id,
      name,
      state: state === null ? "pending" : (STATE_NAMES[state] as ParentEnd["state"]),
      payload,
      subResults: run === null ? null : (subResults.get(run) ?? []),
    });
  }
  return parents;
}
