/** What the queue says by its logger: one line for each attempt that ended, and errors that nobody waits for. */
import { messageOf } from "../lib/errors.ts";
import type { JobEvent } from "../store/events.ts";
import type { Events } from "./events.ts";

/** Changes that end an attempt. A cancelled job may have had none. */
const ENDS: ReadonlySet<string> = new Set([
  "done",
  "failed",
  "delayed",
  "released",
  "cancelled",
  "expanded",
]);

/** `2026-01-01T00:00:00.000Z failed mail 17/3 queue=default took=12ms cause=timeout`, or null for a change that ends no attempt. */
function attemptLine(event: JobEvent): string | null {
  const { type, task, jobId, attempt, queue, runId, tookMs, cause, dueMs, payload } = event;
  if (!ENDS.has(type) || (type === "cancelled" && tookMs === null)) return null;
  const parts = [new Date(event.atMs).toISOString(), type, task, `${jobId}/${attempt}`];
  parts.push(`queue=${queue}`);
  if (runId > 0) parts.push(`run=${runId}`);
  if (tookMs !== null) parts.push(`took=${tookMs}ms`);
  if (cause !== "none") parts.push(`cause=${cause}`);
  if (dueMs !== null) parts.push(`due=${new Date(dueMs).toISOString()}`);
  if (type !== "done" && payload !== null) parts.push(`error=${payload}`);
  return parts.join(" ");
}

/** Gives the logger a line for each attempt that ends. */
export function logAttempts(events: Events, logger: (line: string) => void): void {
  events.on("job", (event) => {
    const line = attemptLine(event);
    if (line !== null) logger(line);
  });
}

/** A listener or a schedule failed: the engine goes on, but it is said. */
export function reportFailure(error: unknown, logger?: (line: string) => void): void {
  if (logger === undefined) process.emitWarning(error instanceof Error ? error : String(error));
  else logger(`error: ${messageOf(error)}`);
}
