/** What `bench inspect` shows: each look at a database, as a JSON document and as tables. */
import { basename } from "node:path";
import { formatBytes, formatCount } from "../report/format-number.ts";
import type { NamedRows } from "../report/rows-table.ts";
import {
  type FileInspection,
  type FileSummary,
  INSPECTED_STATES,
  type Shown,
} from "../store/duckdb/file-inspection.ts";

/** One look. */
export interface Answer {
  readonly json: unknown;
  readonly tables: readonly NamedRows[];
}

/** Sizes, and the states of all jobs by queue. */
export async function inspectSummary(inspection: FileInspection): Promise<Answer> {
  const summary = await inspection.summary();
  const { queues } = summary;
  const states = INSPECTED_STATES.filter((state) =>
    queues.some((queue) => queue.states[state] > 0),
  );
  const table: NamedRows = {
    title: basename(summary.file),
    caption: captionOf(summary),
    columns: ["queue", "jobs", ...states],
    rows: queues.map(({ queue, paused, jobs, states: counts }) => ({
      queue: paused ? `${queue} (paused)` : queue,
      jobs,
      ...counts,
    })),
    leftOut: 0,
    notes: notesOf(summary),
  };
  return { json: summary, tables: [table] };
}

function captionOf(summary: FileSummary): string {
  const { schemaVersion, fileBytes, walBytes, jobs, edges, runs, schedules } = summary;
  const counts: readonly [count: number, one: string][] = [
    [jobs, "job"],
    [edges, "edge"],
    [runs, "run"],
    [schedules, "schedule"],
  ];
  return [
    `schema ${schemaVersion}`,
    `file ${formatBytes(fileBytes)}`,
    `log ${formatBytes(walBytes)}`,
    ...counts.map(([count, one]) => `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`),
  ].join(" · ");
}

function notesOf({ walBytes, queues }: FileSummary): readonly string[] {
  const held = queues.reduce((sum, { states }) => sum + states.claimed, 0);
  const claims =
    "claimed: their process is gone without giving them back; they run again when the queue is opened";
  const log = "the log holds commits that are not in the file yet; they are counted here";
  return [...(held > 0 ? [claims] : []), ...(walBytes > 0 ? [log] : [])];
}

/** The newest runs. */
export async function inspectRuns(inspection: FileInspection, limit: number): Promise<Answer> {
  const shown = await inspection.runs(limit);
  const columns = ["runId", "name", "status", "jobs", "done", "failed", "skipped", "cancelled"];
  return answerOf("runs", [...columns, "createdAt"], shown);
}

/** The newest jobs. */
export async function inspectJobs(inspection: FileInspection, limit: number): Promise<Answer> {
  const shown = await inspection.jobs(limit);
  const facts = ["jobId", "runId", "name", "queue", "task", "state", "attempts", "priority"];
  return answerOf("jobs", [...facts, "createdAt", "changedAt"], shown);
}

/** The newest dead letters. */
export async function inspectDead(inspection: FileInspection, limit: number): Promise<Answer> {
  const shown = await inspection.deadLetters(limit);
  // What a narrow terminal has no room for goes from the right: the error comes first.
  const columns = ["jobId", "task", "error", "attempts", "failedAt", "queue", "cause", "runId"];
  const { json, tables } = answerOf("dead letters", columns, shown);
  const readable = tables.map((table) => ({
    ...table,
    rows: shown.rows.map((letter) => ({ ...letter, error: errorText(letter.error) })),
  }));
  return { json, tables: readable };
}

/** A stored error as its name and message; what is stored otherwise as it is. */
function errorText(stored: string | null): string | null {
  try {
    const { name, message } = JSON.parse(String(stored)) as Record<string, unknown>;
    return typeof message === "string" ? `${String(name)}: ${message}` : stored;
  } catch {
    return stored;
  }
}

/** The answer to a query. */
export async function inspectSql(
  inspection: FileInspection,
  text: string,
  limit: number,
): Promise<Answer> {
  const { columns, rows, leftOut } = await inspection.sql(text, limit);
  return answerOf("sql", columns, { rows, leftOut });
}

function answerOf<Row extends object>(
  title: string,
  columns: readonly string[],
  { rows, leftOut }: Shown<Row>,
): Answer {
  const count = `${formatCount(rows.length)} of ${formatCount(rows.length + leftOut)}`;
  const table: NamedRows = {
    title,
    caption: count,
    columns,
    rows: rows as readonly Readonly<Record<string, unknown>>[],
    leftOut,
  };
  return { json: { rows, leftOut }, tables: [table] };
}
