/**
 * A history that can still be edited: each event an object that points at the call it answers. Checks read
 * what {@link buildDraft} makes of it, with the recorder that every race run uses.
 */
import { type EventRow, TYPE } from "../history/event.ts";
import { Facts, type JobFact, type Promises } from "../history/facts.ts";
import type { History } from "../history/history.ts";
import { JobLog, type LogRow } from "../history/job-log.ts";
import { Recorder } from "../history/recorder.ts";

/** Events lie so far apart, so that many fit between. */
export const EVENT_GAP_NS = 1_000;

/** One row of a history. */
export interface DraftEvent {
  /** The call that it answers; null for a call, and for what has no duration. */
  readonly call: DraftEvent | null;
  ns: number;
  ms: number;
  proc: number;
  readonly kind: number;
  type: number;
  row: EventRow;
}

/** A job as its client asked for it, with the call. */
export interface DraftJob {
  fact: Omit<JobFact, "op">;
  readonly call: DraftEvent;
}

/** An edge by the store's ids. */
interface DraftEdge {
  readonly child: number;
  readonly parent: number;
}

/** See the file's head. Events are in the order of time. */
export interface Draft {
  readonly events: DraftEvent[];
  readonly jobs: DraftJob[];
  readonly edges: DraftEdge[];
  /** Null: black box. */
  log: LogRow[] | null;
  readonly promises: Promises;
}

/** What `checkHistory` takes. */
export interface BuiltHistory {
  readonly history: History;
  readonly facts: Facts;
  readonly log: JobLog | null;
}

/** Makes a history of a draft. */
export function buildDraft({ events, jobs, edges, log, promises }: Draft): BuiltHistory {
  let now = { ns: 0, ms: 0 };
  const recorder = new Recorder({ timeNs: () => now.ns, engineMs: () => now.ms });
  const ops = new Map<DraftEvent, number>();
  for (const event of events) {
    now = event;
    const { call, proc, kind, type, row } = event;
    if (call !== null) answer(recorder, ops.get(call), type, row);
    else if (type === TYPE.invoke) ops.set(event, recorder.invoke(proc, kind, row));
    else ops.set(event, recorder.note(proc, kind, row));
  }
  const facts = new Facts(recorder.history, promises);
  for (const { fact, call } of jobs) facts.addJob({ ...fact, op: ops.get(call) ?? -1 });
  for (const { child, parent } of edges) facts.addEdge(child, parent);
  return { history: recorder.history, facts, log: log === null ? null : logOf(recorder, log) };
}

function answer(recorder: Recorder, op: number | undefined, type: number, row: EventRow): void {
  // A call that was taken out of a draft takes its answers with it.
  if (op === undefined) return;
  if (type === TYPE.ok) recorder.ok(op, row);
  else if (type === TYPE.fail) recorder.fail(op, row);
  else recorder.info(op, row);
}

function logOf({ history }: Recorder, rows: readonly LogRow[]): JobLog {
  const log = new JobLog();
  for (const row of rows) log.push(history, row);
  return log;
}

/** A copy that can be edited without a change of the first. */
export function copyDraft({ events, jobs, edges, log, promises }: Draft): Draft {
  const copies = new Map<DraftEvent, DraftEvent>();
  for (const event of events) {
    const call = event.call === null ? null : (copies.get(event.call) ?? null);
    copies.set(event, { ...event, call, row: { ...event.row } });
  }
  return {
    events: [...copies.values()],
    jobs: jobs.map(({ fact, call }) => ({ fact, call: copies.get(call) ?? call })),
    edges: [...edges],
    log: log === null ? null : [...log],
    promises,
  };
}
