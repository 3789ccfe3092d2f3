/** Rows of one table in columns, as every insert strategy takes them. */

import { STATE } from "../../../model/job.ts";
import { DECISION, decide } from "../../../model/triggers.ts";
import type { Submission } from "../../store.ts";

/** A value of a row. */
export type Cell = string | number | boolean | null;

/** One column: its SQL type and its values. */
interface Column {
  readonly name: string;
  readonly type: string;
  at(row: number): Cell;
}

/** Rows of one table. */
export interface RowSource {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly length: number;
}

const column = (name: string, type: string, at: (row: number) => Cell): Column => ({
  name,
  type,
  at,
});

/** The rows of `live_jobs` for a run. Jobs with parents among themselves are blocked, unless their rule lets them run. */
export function jobRows(
  s: Submission,
  runId: number,
  firstJobId: number,
  nowMs: number,
): RowSource {
  const parents = new Int32Array(s.nodeCount);
  const hasChildren = new Uint8Array(s.nodeCount);
  for (const child of s.children) parents[child] = (parents[child] as number) + 1;
  for (const parent of s.parents) hasChildren[parent] = 1;
  const now = new Date(nowMs).toISOString();
  const due = (row: number): number => s.runAtMs?.[row] ?? nowMs;
  const stateOf = (row: number): number => {
    const total = parents[row] as number;
    const counts = { total, pending: total, failed: 0, skipped: 0 };
    if (decide(s.rules[row] as number, counts) !== DECISION.run) return STATE.blocked;
    return due(row) > nowMs ? STATE.delayed : STATE.ready;
  };
  const dueText = (row: number): string =>
    s.runAtMs === null ? now : new Date(due(row)).toISOString();
  return {
    table: "live_jobs",
    length: s.nodeCount,
    columns: [
      column("id", "bigint", (row) => firstJobId + row),
      column("run_id", "bigint", () => runId),
      column("timeout_ms", "integer", (row) => s.timeoutsMs[row] as number),
      column("rule", "integer", (row) => s.rules[row] as number),
      column("priority", "smallint", (row) => s.priorities[row] as number),
      column("max_attempts", "smallint", (row) => s.maxAttempts[row] as number),
      column("state", "smallint", stateOf),
      column("at", "timestamptz", dueText),
      column("run_at", "timestamptz", (row) => (s.runAtMs === null ? null : dueText(row))),
      column("created_at", "timestamptz", () => now),
      column("queue", "text", (row) => s.queues.at(row)),
      column("task", "text", (row) => s.tasks.at(row)),
      column("name", "text", (row) => s.names[row] ?? null),
      column("args", "text", (row) => s.args[row] as string),
      column("parents", "integer", (row) => parents[row] as number),
      column("pending", "integer", (row) => parents[row] as number),
      column("has_children", "boolean", (row) => hasChildren[row] === 1),
      ...(s.options.size === 0 ? [] : optionColumns(s)),
    ],
  };
}

function optionColumns({ options }: Submission): Column[] {
  return [
    column("options", "text", (row) =>
      options.has(row) ? JSON.stringify(options.get(row)) : null,
    ),
    column("unique_key", "text", (row) => options.get(row)?.uniqueKey ?? null),
    column("limit_key", "text", (row) => options.get(row)?.limitKey ?? null),
    column("backoff_ms", "double precision", (row) => options.get(row)?.backoffMs ?? null),
  ];
}

/** The rows of `job_dependencies` among the jobs of a submission. */
export function edgeRows(s: Submission, firstJobId: number): RowSource {
  return {
    table: "job_dependencies",
    length: s.children.length,
    columns: [
      column("child_job_id", "bigint", (row) => firstJobId + (s.children[row] as number)),
      column("parent_job_id", "bigint", (row) => firstJobId + (s.parents[row] as number)),
    ],
  };
}

/** The row of `dag_runs`. */
export function runRow(s: Submission, runId: number, firstJobId: number, nowMs: number): RowSource {
  const edges = s.children.length + s.outside.children.length;
  return {
    table: "dag_runs",
    length: 1,
    columns: [
      column("id", "bigint", () => runId),
      column("name", "text", () => s.runName),
      column("jobs", "bigint", () => s.nodeCount),
      column("edges", "bigint", () => edges),
      column("first_job_id", "bigint", () => firstJobId),
      column("created_at", "timestamptz", () => new Date(nowMs).toISOString()),
    ],
  };
}
