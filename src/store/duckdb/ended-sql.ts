/** Pieces of SQL about jobs that have ended. */
import type { DuckDBValue } from "@duckdb/node-api";
import { CAUSE_NAMES, STATE } from "../../model/job.ts";
import type { DeadLetterFilter } from "../records.ts";

/** The last end of each job that has not been redriven since: `job_id, state, cause, ts, payload, attempt`. */
export const LAST_ENDS = `SELECT job_id, arg_max(state, seq) AS state, arg_max(cause, seq) AS cause, arg_max(ts, seq) AS ts,
    arg_max(payload, seq) AS payload, arg_max(attempt, seq) AS attempt FROM transitions
  WHERE state BETWEEN ${STATE.done} AND ${STATE.cancelled} OR state = ${STATE.redriven}
  GROUP BY job_id HAVING arg_max(state, seq) <> ${STATE.redriven}`;

/** A condition on `jobs j` and the end `e` of the job, with its parameters. */
export function filterSql(filter: DeadLetterFilter): {
  where: string;
  parameters: Record<string, DuckDBValue>;
} {
  const parts: string[] = [];
  const parameters: Record<string, DuckDBValue> = {};
  const add = (name: string, condition: string, value: DuckDBValue | undefined): void => {
    if (value === undefined) return;
    parts.push(condition);
    parameters[name] = value;
  };
  const id = (value: number | undefined) => (value === undefined ? undefined : BigInt(value));
  const ms = (value: Date | undefined) =>
    value === undefined ? undefined : BigInt(value.getTime());
  add("job", "j.id = $job", id(filter.jobId));
  add("run", "j.run_id = $run", id(filter.runId));
  add("queue", "j.queue = $queue", filter.queue);
  add("task", "j.task = $task", filter.task);
  add("since", "e.ts >= epoch_ms($since::BIGINT)", ms(filter.since));
  add("before", "e.ts < epoch_ms($before::BIGINT)", ms(filter.before));
  return { where: parts.length === 0 ? "true" : parts.join(" AND "), parameters };
}

/** The name of a stored cause. */
export function causeName(cause: DuckDBValue | undefined): string {
  return CAUSE_NAMES[Number(cause ?? 0)] ?? "none";
}
