/** Rows of one table in columns, as every insert strategy takes them. */
import type { DuckDBType } from "@duckdb/node-api";
import { sameNumber } from "../../lib/repeating-list.ts";
import type { StringColumn } from "../../lib/string-column.ts";
import type { Submission } from "../store.ts";
import { BIGINT, INTEGER, SMALLINT, TIMESTAMP, VARCHAR } from "./duckdb-api.ts";

/** A number per row; BIGINT ids and TIMESTAMPs (milliseconds since the epoch) are plain numbers here. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly type: DuckDBType;
  /** Set where every row has the same value. */
  readonly constant?: number;
  at(row: number): number;
}

/** A text or NULL per row. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  readonly type: DuckDBType;
  /** Set where every row has the same value. */
  readonly constant?: string | null;
  at(row: number): string | null;
}

/** Rows of one table, columns in the table's order. */
export interface RowSource {
  readonly table: string;
  readonly columns: readonly (NumberColumn | TextColumn)[];
  readonly length: number;
}

const number = (name: string, type: DuckDBType, at: (row: number) => number): NumberColumn => ({
  kind: "number",
  name,
  type,
  at,
});
const constant = (name: string, type: DuckDBType, value: number): NumberColumn => ({
  kind: "number",
  name,
  type,
  constant: value,
  at: () => value,
});
const text = (name: string, at: (row: number) => string | null): TextColumn => ({
  kind: "text",
  name,
  type: VARCHAR,
  at,
});
/** A number per row, written once where they are all the same. */
const numbers = (name: string, type: DuckDBType, values: Uint8Array | Int32Array): NumberColumn => {
  const same = sameNumber(values);
  return same === undefined
    ? number(name, type, (row) => values[row] as number)
    : constant(name, type, same);
};
/** A string per row, written once where they are all the same. */
const strings = (name: string, values: StringColumn): TextColumn => {
  const { only } = values;
  const column = text(name, (row) => values.at(row));
  return only === undefined ? column : { ...column, constant: only };
};

/** Most jobs have no name. */
const names = ({ names: given }: Submission): TextColumn => {
  const column = text("name", (row) => given[row] ?? null);
  return given.some((name) => name !== null) ? column : { ...column, constant: null };
};

/** The rows of `jobs` for a submission. */
export function jobRows(
  s: Submission,
  runId: number,
  firstJobId: number,
  nowMs: number,
): RowSource {
  return {
    table: "jobs",
    length: s.nodeCount,
    columns: [
      number("id", BIGINT, (row) => firstJobId + row),
      constant("run_id", BIGINT, runId),
      names(s),
      strings("queue", s.queues),
      strings("task", s.tasks),
      text("args", (row) => s.args[row] ?? null),
      numbers("priority", SMALLINT, s.priorities),
      numbers("rule", INTEGER, s.rules),
      numbers("max_attempts", SMALLINT, s.maxAttempts),
      numbers("timeout_ms", INTEGER, s.timeoutsMs),
      s.runAtMs === null
        ? constant("run_at", TIMESTAMP, nowMs)
        : number("run_at", TIMESTAMP, (row) => s.runAtMs?.[row] as number),
      constant("created_at", TIMESTAMP, nowMs),
    ],
  };
}

/** The rows of `job_options`: only nodes that have some. */
export function optionRows(s: Submission, firstJobId: number): RowSource {
  const rows = [...s.options];
  return {
    table: "job_options",
    length: rows.length,
    columns: [
      number("job_id", BIGINT, (row) => firstJobId + (rows[row]?.[0] as number)),
      text("options", (row) => JSON.stringify(rows[row]?.[1])),
    ],
  };
}

/** The rows of `job_dependencies` for a submission: edges inside it, then those to jobs that were there before. */
export function edgeRows(s: Submission, firstJobId: number): RowSource {
  const inside = s.children.length;
  const { children, parentIds } = s.outside;
  return {
    table: "job_dependencies",
    length: inside + children.length,
    columns: [
      number("child_job_id", BIGINT, (row) => {
        const child = row < inside ? s.children[row] : children[row - inside];
        return firstJobId + (child as number);
      }),
      number("parent_job_id", BIGINT, (row) =>
        row < inside
          ? firstJobId + (s.parents[row] as number)
          : (parentIds[row - inside] as number),
      ),
    ],
  };
}

/** The job, and its attempt, that a sub-run belongs to. */
export interface RunParent {
  readonly jobId: number;
  readonly attempt: number;
}

/** The row of `dag_runs` for a submission. */
export function runRow(
  s: Submission,
  runId: number,
  firstJobId: number,
  nowMs: number,
  parent: RunParent | null = null,
): RowSource {
  return {
    table: "dag_runs",
    length: 1,
    columns: [
      constant("id", BIGINT, runId),
      text("name", () => s.runName),
      constant("jobs", BIGINT, s.nodeCount),
      constant("edges", BIGINT, s.children.length + s.outside.children.length),
      constant("first_job_id", BIGINT, firstJobId),
      constant("parent_job_id", BIGINT, parent?.jobId ?? 0),
      constant("parent_attempt", INTEGER, parent?.attempt ?? 0),
      constant("created_at", TIMESTAMP, nowMs),
    ],
  };
}
