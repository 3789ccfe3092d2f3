/**
 * Rebuilds the ledger from the log.
 *
 * Ended jobs are found first and stay in SQL; only live ones come to memory. Whatever a crash cut off
 * between two transactions is decided here: a blocked job whose parents have all ended goes on.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { CAUSE, STATE } from "../../model/job.ts";
import type { JobOptions } from "../../model/job-options.ts";
import { FLAG } from "./job-columns.ts";
import type { Ledger } from "./ledger.ts";

/** What becomes of claims that the log holds. */
export type ClaimPolicy =
  /** Their process is gone: the jobs are ready again, which is logged. */
  | "void"
  /** This process still runs them. */
  | "keep";

/** The last end of each job, unless it was redriven after that. */
const ENDED = `CREATE OR REPLACE TEMP TABLE ended AS
  SELECT job_id, arg_max(state, seq) AS state, arg_max(cause, seq) AS cause FROM transitions
  WHERE state BETWEEN ${STATE.done} AND ${STATE.cancelled} OR state = ${STATE.redriven}
  GROUP BY job_id HAVING arg_max(state, seq) <> ${STATE.redriven}`;
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
  leaseMs: number,
): Promise<void> {
  await connection.run(ENDED);
  await connection.run(LIVE);
  try {
    await restoreEnded(connection, ledger);
    await restoreRuns(connection, ledger);
    const slots = await restoreJobs(connection, ledger);
    await restoreOptions(connection, ledger, nowMs);
    await restoreEdges(connection, ledger);
    await restorePauses(connection, ledger);
    await restoreSchedules(connection, ledger);
    await restoreAttempts(connection, ledger, claims, nowMs, leaseMs);
    for (const slot of slots)
      if (ledger.jobs.state[slot] === STATE.blocked) ledger.cascade.resume(slot, 0, nowMs);
  } finally {
    await connection.run("DROP TABLE live");
    await connection.run("DROP TABLE ended");
  }
}

/** A million ended jobs come as columns: three numbers each, and no object. */
async function restoreEnded(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const result = await connection.run("SELECT job_id::DOUBLE, state, cause FROM ended");
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const ids = chunk.getColumnVector(0);
    const states = chunk.getColumnVector(1);
    const causes = chunk.getColumnVector(2);
    for (let row = 0; row < chunk.rowCount; row++) {
      const state = Number(states.getItem(row));
      ledger.ended.set(Number(ids.getItem(row)), state, Number(causes.getItem(row)));
    }
  }
}

async function restoreOptions(
  connection: DuckDBConnection,
  ledger: Ledger,
  nowMs: number,
): Promise<void> {
  const sql =
    "SELECT o.job_id, o.options, epoch_us(j.created_at) FROM job_options o JOIN jobs j ON j.id = o.job_id";
  await each(connection, sql, ([id, text, createdUs]) => {
    const jobId = Number(id);
    const options = JSON.parse(String(text)) as JobOptions;
    const createdMs = Number(createdUs) / 1000;
    const slot = ledger.jobs.slotOf(jobId);
    if (slot >= 0) return ledger.keepOptions(slot, options, createdMs);
    const { uniqueKey, uniqueMs = 0 } = options;
    if (uniqueKey !== undefined && createdMs + uniqueMs > nowMs)
      ledger.keys.take(uniqueKey, jobId, createdMs + uniqueMs);
  });
}

async function restorePauses(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const sql =
    "SELECT key FROM control WHERE kind = 'pause' GROUP BY key HAVING arg_max(value, seq) = 'true'";
  await each(connection, sql, ([queue]) => {
    ledger.waiting.ready.paused.add(String(queue));
  });
}

async function restoreSchedules(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const { schedules } = ledger;
  const sql =
    "SELECT key, arg_max(value, seq), epoch_us(arg_max(ts, seq)) FROM control WHERE kind = 'schedule' GROUP BY key";
  await each(connection, sql, ([name, spec, sinceUs]) =>
    schedules.set(String(name), JSON.parse(String(spec)) as string | null, Number(sinceUs) / 1000),
  );
  const fired = "SELECT key, max(value::DOUBLE) FROM control WHERE kind = 'fired' GROUP BY key";
  await each(connection, fired, ([name, slotMs]) => {
    schedules.take(String(name), Number(slotMs));
  });
}

async function restoreRuns(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const { runs } = ledger;
  await each(
    connection,
    // Handlers may have added nodes: the jobs are counted, not read from the run's row.
    `SELECT r.id, count(*), any_value(r.parent_job_id), any_value(r.parent_attempt), any_value(p.run_id)
     FROM dag_runs r JOIN jobs j ON j.run_id = r.id LEFT JOIN jobs p ON p.id = r.parent_job_id
     WHERE r.id IN (SELECT run_id FROM live) GROUP BY r.id ORDER BY r.id`,
    ([id, jobs, parentId, attempt, parentRun]) => {
      const parent =
        Number(parentId) === 0 ? null : { jobId: Number(parentId), attempt: Number(attempt) };
      runs.open(Number(id), Number(jobs), parent, Number(parentRun));
    },
  );
  const lost = `${FAILED} AND ended.state <> ${STATE.cancelled} AND NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = jobs.id)`;
  const sql = `SELECT run_id, ended.state, count(*), count(*) FILTER (${lost}) FROM jobs JOIN ended ON ended.job_id = jobs.id WHERE ${LIVE_RUNS} GROUP BY ALL`;
  await each(connection, sql, ([run, state, jobs, lostJobs]) =>
    runs.count(Number(run), Number(state), Number(jobs), Number(lostJobs)),
  );
}

async function restoreJobs(connection: DuckDBConnection, ledger: Ledger): Promise<number[]> {
  const slots: number[] = [];
  const sql =
    "SELECT id, run_id, queue, task, args, priority, rule, max_attempts, timeout_ms, epoch_us(run_at) FROM live ORDER BY id";
  await each(
    connection,
    sql,
    ([id, runId, queue, task, args, priority, rule, maxAttempts, timeoutMs, runAtUs]) => {
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
        runAtMs: Number(runAtUs) / 1000,
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
  leaseMs: number,
): Promise<void> {
  const { attempts, jobs } = ledger;
  const sql = `SELECT t.job_id, max(attempt),
      count(*) FILTER (state = ${STATE.delayed} AND cause <> ${CAUSE.nack} AND t.seq > coalesce(r.seq, 0)),
      arg_max(state, t.seq), arg_max(cause, t.seq), epoch_us(arg_max(relevant_at, t.seq)), arg_max(worker, t.seq)
    FROM transitions t SEMI JOIN live ON live.id = t.job_id
    LEFT JOIN (SELECT job_id, max(seq) AS seq FROM transitions WHERE state = ${STATE.redriven} GROUP BY job_id) r ON r.job_id = t.job_id
    GROUP BY t.job_id ORDER BY t.job_id`;
  await each(connection, sql, ([id, attempt, tries, lastState, lastCause, atUs, worker]) => {
    const slot = jobs.slotOf(Number(id));
    const [state, cause] = [Number(lastState), Number(lastCause)];
    jobs.attempt[slot] = Number(attempt);
    jobs.tries[slot] = Number(tries);
    if (cause === CAUSE.crash) jobs.flags[slot] = (jobs.flags[slot] as number) | FLAG.suspect;
    restoreState(ledger, slot, state, Number(atUs) / 1000);
    if (state !== STATE.claimed) return;
    attempts.keepClaimed(slot, nowMs + leaseMs);
    if (claims === "keep") return;
    // Whoever ran alone when the process died is the one that killed it.
    if (cause === CAUSE.alone) attempts.fail(slot, CAUSE.crash, null, Number(worker), nowMs);
    else attempts.release(slot, Number(worker), CAUSE.crash, nowMs);
  });
}

/** What the last row of a job that is not claimed says of it. */
function restoreState({ jobs, waiting }: Ledger, slot: number, state: number, atMs: number): void {
  if (state === STATE.redriven) jobs.flags[slot] = (jobs.flags[slot] as number) | FLAG.redriven;
  if (state === STATE.delayed) waiting.delay(slot, atMs);
  if (state === STATE.expanded) jobs.state[slot] = STATE.expanded;
  // Its parents had let it run: a redrive of one of them meanwhile does not take that back.
  if (state === STATE.released) waiting.makeReady(slot, atMs);
}
