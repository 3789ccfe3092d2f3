/** Rebuilds the ledger from the log. A claim that a crash voided makes its job ready again. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { STATE } from "../../model/job.ts";
import type { Ledger } from "./ledger.ts";

/** The next free numbers, after everything that the log holds. */
export interface Counts {
  readonly nextJobId: number;
  readonly nextRunId: number;
  readonly nextSeq: number;
  readonly nextWorkerId: number;
}

const ENDED =
  "SELECT job_id, arg_max(state, seq) AS state, arg_max(cause, seq) AS cause FROM transitions WHERE state BETWEEN 3 AND 6 GROUP BY job_id";

async function rows(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.run(sql)).getRows();
}

/** Reads the log into an empty ledger. */
export async function recover(
  connection: DuckDBConnection,
  ledger: Ledger,
  nowMs: number,
): Promise<Counts> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ended AS ${ENDED}`);
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE live AS SELECT * FROM jobs j ANTI JOIN ended e ON e.job_id = j.id",
  );
  await restoreRuns(connection, ledger);
  const ids: number[] = [];
  for (const r of await rows(
    connection,
    "SELECT id, run_id, queue, task, args, priority, rule, max_attempts, timeout_ms FROM live ORDER BY id",
  )) {
    ids.push(Number(r[0]));
    ledger.addJob({
      id: Number(r[0]),
      runId: Number(r[1]),
      queue: String(r[2]),
      task: String(r[3]),
      args: String(r[4]),
      priority: Number(r[5]),
      rule: Number(r[6]),
      maxAttempts: Number(r[7]),
      timeoutMs: Number(r[8]),
    });
  }
  await restoreEdges(connection, ledger);
  const dueMs = await restoreAttempts(connection, ledger);
  for (const id of ids) ledger.decideNow(id, dueMs.get(id) ?? 0, nowMs);
  await connection.run("DROP TABLE ended");
  await connection.run("DROP TABLE live");
  const [n] = await rows(
    connection,
    "SELECT (SELECT max(id) FROM jobs), (SELECT max(id) FROM dag_runs), greatest((SELECT max(seq) FROM transitions), (SELECT max(seq) FROM control)), (SELECT max(worker) FROM transitions)",
  );
  const next = (value: unknown) => Number(value ?? 0) + 1;
  return {
    nextJobId: next(n?.[0]),
    nextRunId: next(n?.[1]),
    nextSeq: next(n?.[2]),
    nextWorkerId: next(n?.[3]),
  };
}

async function restoreRuns(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  for (const [id, jobs] of await rows(
    connection,
    "SELECT id, jobs FROM dag_runs WHERE id IN (SELECT run_id FROM live)",
  ))
    ledger.beginRun(Number(id), Number(jobs));
  const ended =
    "FROM jobs j JOIN ended e ON e.job_id = j.id WHERE j.run_id IN (SELECT run_id FROM live)";
  for (const [run, state, count] of await rows(
    connection,
    `SELECT j.run_id, e.state, count(*) ${ended} GROUP BY ALL`,
  ))
    ledger.countEnded(Number(run), Number(state), Number(count));
  for (const [run] of await rows(
    connection,
    `SELECT DISTINCT j.run_id ${ended} AND (e.state = 4 OR e.cause = 2) AND NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = j.id)`,
  ))
    ledger.markLost(Number(run));
}

async function restoreEdges(connection: DuckDBConnection, ledger: Ledger): Promise<void> {
  const sql = `SELECT d.child_job_id, count(*) FILTER (e.state = 3), count(*) FILTER (e.state IN (4, 6) OR e.cause = 2), count(*) FILTER (e.state = 5 AND e.cause <> 2)
    FROM job_dependencies d JOIN live l ON l.id = d.child_job_id JOIN ended e ON e.job_id = d.parent_job_id GROUP BY ALL`;
  for (const [child, done, failed, skipped] of await rows(connection, sql))
    ledger.countEndedParents(Number(child), Number(done), Number(failed), Number(skipped));
  const live =
    "SELECT d.parent_job_id, d.child_job_id FROM job_dependencies d JOIN live c ON c.id = d.child_job_id JOIN live p ON p.id = d.parent_job_id";
  for (const [parent, child] of await rows(connection, live))
    ledger.linkIds(Number(parent), Number(child));
}

async function restoreAttempts(
  connection: DuckDBConnection,
  ledger: Ledger,
): Promise<Map<number, number>> {
  const dueMs = new Map<number, number>();
  const sql = `SELECT job_id, max(attempt), count(*) FILTER (state = ${STATE.delayed}), arg_max(state, seq), epoch_ms(arg_max(relevant_at, seq)) FROM transitions SEMI JOIN live ON live.id = transitions.job_id GROUP BY ALL`;
  for (const [id, attempt, tries, state, at] of await rows(connection, sql)) {
    ledger.restoreAttempts(Number(id), Number(attempt), Number(tries));
    if (Number(state) === STATE.delayed) dueMs.set(Number(id), Number(at));
  }
  return dueMs;
}
