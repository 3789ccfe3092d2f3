/** Questions that the log answers, on the reader connection. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { InputError } from "../../lib/errors.ts";
import { CAUSE, STATE } from "../../model/job.ts";
import type { RowCounts, RunStatus } from "../store.ts";
import { FIRST_IDS, type FreeIds } from "./id-blocks.ts";

/** Runs a query; rows as plain objects. */
async function readRows(
  connection: DuckDBConnection,
  text: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>[]> {
  const result = await connection.run(text, parameters as Record<string, DuckDBValue>);
  return result.getRowObjectsJS();
}

/** The one number that a query returns. */
export async function readNumber(connection: DuckDBConnection, text: string): Promise<number> {
  const [row] = await (await connection.run(text)).getRows();
  return Number(row?.[0] ?? 0);
}

const RUN = `WITH members AS (SELECT id FROM jobs WHERE run_id = $run),
    ends AS (SELECT job_id, arg_max(state, seq) AS state, arg_max(cause, seq) AS cause FROM transitions
      WHERE job_id IN (SELECT id FROM members) AND (state BETWEEN ${STATE.done} AND ${STATE.cancelled} OR state = ${STATE.redriven})
      GROUP BY job_id)
  SELECT count(*) AS jobs,
    count(*) FILTER (e.state = ${STATE.done}) AS done, count(*) FILTER (e.state = ${STATE.failed}) AS failed,
    count(*) FILTER (e.state = ${STATE.skipped}) AS skipped, count(*) FILTER (e.state = ${STATE.cancelled}) AS cancelled,
    coalesce(bool_or((e.state = ${STATE.failed} OR e.cause = ${CAUSE.upstreamFailed})
      AND NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = m.id)), false) AS lost
  FROM members m LEFT JOIN ends e ON e.job_id = m.id`;

/** How a run ended. @throws InputError for a run that is not there */
export async function readRunStatus(
  connection: DuckDBConnection,
  runId: number,
): Promise<RunStatus> {
  const [row] = await readRows(connection, RUN, { run: BigInt(runId) });
  if (row === undefined || Number(row["jobs"]) === 0)
    throw new InputError(`There is no run ${runId}`, { code: "UNKNOWN_RUN" });
  const { lost, ...counts } = row;
  const number = (name: string) => Number(counts[name]);
  const [jobs, done, failed, skipped, cancelled] = [
    "jobs",
    "done",
    "failed",
    "skipped",
    "cancelled",
  ].map(number) as [number, number, number, number, number];
  const running = done + failed + skipped + cancelled < jobs;
  const status = running
    ? "running"
    : lost === true
      ? "failed"
      : cancelled > 0
        ? "cancelled"
        : "done";
  return { runId, status, jobs, done, failed, skipped, cancelled };
}

/** Time from ready to claimed, in milliseconds; zeros where nothing was claimed. */
export async function readQueueWait(
  connection: DuckDBConnection,
): Promise<{ p50Ms: number; p99Ms: number }> {
  const [row] = await (
    await connection.run(
      "SELECT quantile_disc(wait_ms, [0.5, 0.99])[1], quantile_disc(wait_ms, [0.5, 0.99])[2] FROM queue_latency",
    )
  ).getRows();
  return { p50Ms: Number(row?.[0] ?? 0), p99Ms: Number(row?.[1] ?? 0) };
}

/** Rows of the main tables. */
export async function readCounts(connection: DuckDBConnection): Promise<RowCounts> {
  const count = (table: string) => readNumber(connection, `SELECT count(*) FROM ${table}`);
  const jobs = await count("jobs");
  const edges = await count("job_dependencies");
  return { jobs, edges, transitions: await count("transitions") };
}

/** The first ids that are free, from the newest reservation. */
export async function readFreeIds(connection: DuckDBConnection): Promise<FreeIds> {
  const [row] = await (
    await connection.run("SELECT arg_max(value, seq), max(seq) FROM control WHERE kind = 'ids'")
  ).getRows();
  const [text, seq] = row ?? [];
  if (typeof text !== "string") return { ...FIRST_IDS };
  const free = { ...FIRST_IDS, ...(JSON.parse(text) as Partial<FreeIds>) };
  // A row that was closed with by an earlier build says that its own number is free.
  return { ...free, seq: Math.max(free.seq, Number(seq) + 1) };
}
