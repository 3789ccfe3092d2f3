/**
 * Rebuilds the ledger from the log.
 *
 * Ended jobs are found first and stay in SQL; only live ones come to memory. Whatever a crash cut off
 * between two transactions is decided here: a blocked job whose parents have all ended goes on.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { CAUSE, STATE } from "../../model/job.ts";
import type { Ledger } from "./ledger.ts";

/** What becomes of claims that the log holds. */
export type ClaimPolicy =
  /** Their process is gone: the jobs are ready again, which is logged. */
  | "void"
  /** This process still runs them. */
  | "keep";

const ENDED = `CREATE OR REPLACE TEMP TABLE ended AS
  SELECT job_id, arg_max(state, seq) AS state, arg_max(cause, seq) AS cause FROM transitions
  WHERE state BETWEEN ${STATE.done} AND ${STATE.cancelled} GROUP BY job_id`;
const LIVE =
  "CREATE OR REPLACE TEMP TABLE live AS SELECT jobs.* FROM jobs ANTI JOIN ended ON ended.job_id = jobs.id ORDER BY id";
/** Ends that count as a failure for a child's rule. */
const FAILED = `(ended.state IN (${STATE.failed}, ${STATE.cancelled}) OR ended.cause = ${CAUSE.upstreamFailed})`;
const LIVE_RUNS = "jobs.run_id IN (SELECT run_id FROM live)";

async function each(
  connection: DuckDBConnection,
  sql: string,
  use: (row: readonly DuckDBValue[]) => void,
): Promise<void> {
  const result = await connection.run(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const row of chunk.getRows()) use(row);
  }
}

/** Reads the log into an empty ledger. The connection must be free, and nobody may write meanwhile. */
export async function recover(
  connection: DuckDBConnection,
  ledger: Ledger,
  claims: ClaimPolicy,
  nowMs: number,
): Promise<void> {
  await connection.run(ENDED);
  await connection.run(LIVE);
  try {
    await restoreRuns(connection, ledger);
    const slots = await restoreJobs(connection, ledger);
    await restoreEdges(connection, ledger);
    await restoreAttempts(connection, ledger, claims, nowMs);
    for (const slot of slots)
      if (ledger.jobs.state[slot] === STATE.blocked) ledger.cascade.resume(slot, nowMs);
  } finally {
    await connection.run("DROP TABLE live");
    await connection.run("DROP TABLE ended");
  }
}

async function restoreRuns(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const { runs } = ledger;
  await each(
    connection,
    "SELECT id, jobs FROM dag_runs WHERE id IN (SELECT run_id FROM live)",
    ([id, jobs]) => {
      runs.open(Number(id), Number(jobs));
    },
  );
  const lost = `${FAILED} AND ended.state <> ${STATE.cancelled} AND NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = jobs.id)`;
  const sql = `SELECT run_id, ended.state, count(*), bool_or(${lost}) FROM jobs JOIN ended ON ended.job_id = jobs.id WHERE ${LIVE_RUNS} GROUP BY ALL`;
  await each(connection, sql, ([run, state, jobs, anyLost]) =>
    runs.count(Number(run), Number(state), Number(jobs), anyLost === true),
  );
}

async function restoreJobs(connection: DuckDBConnection, ledger: Ledger): Promise<number[]> {
  const slots: number[] = [];
  const sql =
    "SELECT id, run_id, queue, task, args, priority, rule, max_attempts, timeout_ms FROM live ORDER BY id";
  await each(
    connection,
    sql,
    ([id, runId, queue, task, args, priority, rule, maxAttempts, timeoutMs]) => {
      const slot = ledger.jobs.add({
        id: Number(id),
        runId: Number(runId),
        queue: String(queue),
        task: String(task),
        args: String(args),
        priority: Number(priority),
        rule: Number(rule),
        maxAttempts: Number(maxAttempts),
        timeoutMs: Number(timeoutMs),
      });
      slots.push(slot);
    },
  );
  return slots;
}

async function restoreEdges(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const { jobs } = ledger;
  const ended = `SELECT d.child_job_id, count(*), count(*) FILTER (${FAILED}), count(*) FILTER (ended.state = ${STATE.skipped} AND NOT ${FAILED})
    FROM job_dependencies d JOIN live ON live.id = d.child_job_id JOIN ended ON ended.job_id = d.parent_job_id GROUP BY ALL`;
  await each(connection, ended, ([child, parents, failed, skipped]) => {
    const slot = ledger.jobs.slotOf(Number(child));
    jobs.parents[slot] = Number(parents);
    jobs.failedParents[slot] = Number(failed);
    jobs.skippedParents[slot] = Number(skipped);
  });
  const live =
    "SELECT d.parent_job_id, d.child_job_id FROM job_dependencies d SEMI JOIN live ON live.id = d.child_job_id WHERE d.parent_job_id IN (SELECT id FROM live)";
  await each(connection, live, ([parent, child]) =>
    ledger.cascade.link(ledger.jobs.slotOf(Number(parent)), ledger.jobs.slotOf(Number(child))),
  );
  const parents =
    "SELECT DISTINCT parent_job_id FROM job_dependencies WHERE parent_job_id IN (SELECT id FROM live)";
  await each(connection, parents, ([parent]) => {
    jobs.hasChildren[ledger.jobs.slotOf(Number(parent))] = 1;
  });
}

async function restoreAttempts(
  connection: DuckDBConnection,
  ledger: Ledger,
  claims: ClaimPolicy,
  nowMs: number,
): Promise<void> {
  const { jobs } = ledger;
  const sql = `SELECT job_id, max(attempt), count(*) FILTER (state = ${STATE.delayed}), arg_max(state, seq), epoch_us(arg_max(relevant_at, seq)), arg_max(worker, seq)
    FROM transitions SEMI JOIN live ON live.id = transitions.job_id GROUP BY ALL ORDER BY job_id`;
  await each(connection, sql, ([id, attempt, tries, state, atUs, worker]) => {
    const slot = ledger.jobs.slotOf(Number(id));
    jobs.attempt[slot] = Number(attempt);
    jobs.tries[slot] = Number(tries);
    if (Number(state) === STATE.delayed) ledger.delay(slot, Number(atUs) / 1000);
    else if (Number(state) !== STATE.claimed) return;
    else {
      ledger.keepClaimed(slot);
      if (claims === "void") ledger.release(slot, Number(worker), CAUSE.crash, nowMs);
    }
  });
}
