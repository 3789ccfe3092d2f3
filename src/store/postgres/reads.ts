/** Questions that the tables answer, beside the lane. */
import { InputError } from "../../lib/errors.ts";
import type { RowCounts, RunStatus, StoredSchedule } from "../store.ts";
import { numbers } from "./arrays.ts";
import { inSchema } from "./names.ts";
import type { Readers } from "./readers.ts";

const STATUS =
  "SELECT id, status, jobs, done, failed, skipped, cancelled FROM {s}.dag_runs WHERE id = ANY($1::bigint[])";

/** How runs stand; those that are not there are left out. */
export async function readRunStatuses(
  readers: Readers,
  schema: string,
  runIds: readonly number[],
): Promise<RunStatus[]> {
  const rows = await readers.rows(inSchema(schema, STATUS), [numbers(runIds)]);
  return rows.map(({ id, ...row }) => ({ runId: id, ...row }) as unknown as RunStatus);
}

/** How a run stands. @throws InputError for one that is not there */
export async function readRunStatus(
  readers: Readers,
  schema: string,
  runId: number,
): Promise<RunStatus> {
  const [status] = await readRunStatuses(readers, schema, [runId]);
  if (status === undefined)
    throw new InputError(`There is no run ${runId}`, { code: "UNKNOWN_RUN" });
  return status;
}

/** Time from ready to claimed, in milliseconds; zeros where nothing was claimed. */
export async function readQueueWait(
  readers: Readers,
  schema: string,
): Promise<{ p50Ms: number; p99Ms: number }> {
  const [row] = await readers.rows(
    inSchema(
      schema,
      "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY wait_ms) AS p50, percentile_disc(0.99) WITHIN GROUP (ORDER BY wait_ms) AS p99 FROM {s}.queue_latency",
    ),
  );
  return { p50Ms: Number(row?.["p50"] ?? 0), p99Ms: Number(row?.["p99"] ?? 0) };
}

/** Rows of the main tables, as the views show them. */
export async function readCounts(readers: Readers, schema: string): Promise<RowCounts> {
  const [row] = await readers.rows(
    inSchema(
      schema,
      "SELECT (SELECT count(*) FROM {s}.jobs) AS jobs, (SELECT count(*) FROM {s}.job_dependencies) AS edges, (SELECT count(*) FROM {s}.transitions) AS transitions",
    ),
  );
  return {
    jobs: Number(row?.["jobs"]),
    edges: Number(row?.["edges"]),
    transitions: Number(row?.["transitions"]),
  };
}

/** Jobs that wait, counted from the indexes, none beyond the limit. */
export async function countWaiting(
  readers: Pick<Readers, "rows">,
  schema: string,
  limit: number,
): Promise<{ ready: number; delayed: number }> {
  const [row] = await readers.rows(
    inSchema(
      schema,
      `SELECT (SELECT count(*) FROM (SELECT FROM {s}.live_jobs WHERE state = 1 AND NOT suspect LIMIT $1) r) AS ready,
         (SELECT count(*) FROM (SELECT FROM {s}.live_jobs WHERE state = 7 LIMIT $1) d) AS delayed`,
    ),
    [limit],
  );
  return { ready: Number(row?.["ready"]), delayed: Number(row?.["delayed"]) };
}

/** All schedules. */
export async function readSchedules(readers: Readers, schema: string): Promise<StoredSchedule[]> {
  const text = `SELECT name, spec, since_ms AS "sinceMs", last_slot_ms AS "lastSlotMs" FROM {s}.schedules ORDER BY name`;
  return (await readers.rows(inSchema(schema, text))) as unknown as StoredSchedule[];
}
