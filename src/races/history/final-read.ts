/**
 * The last snapshot of all jobs in a history: what was left when everything had come to rest. A snapshot after
 * which somebody still asked for work or for a change is none.
 */
import { CHANGES_NOTHING, KIND, SEEN, TYPE } from "./event.ts";
import { type History, NOBODY } from "./history.ts";
import type { Operations } from "./operations.ts";

/** See the file's head. */
export interface FinalRead {
  /** The read's invoke, or -1 where the history has no such read. */
  readonly op: number;
  readonly invNs: number;
  readonly invMs: number;
  /** By job: the row that shows it, or -1. */
  readonly event: Int32Array;
}

/** Finds it. */
export function finalRead(history: History, operations: Operations): FinalRead {
  const event = new Int32Array(history.jobs.size).fill(-1);
  const rows = operations.ofKind(KIND.readAll);
  let last = rows.length - 1;
  const none = { op: -1, invNs: Number.POSITIVE_INFINITY, invMs: Number.POSITIVE_INFINITY, event };
  if (last < 0 || operations.typeOf(rows[last] as number) !== TYPE.ok) return none;
  const op = history.start[rows[last] as number] as number;
  if (op < lastChange(history)) return none;
  for (; last >= 0 && history.start[rows[last] as number] === op; last--) {
    const row = rows[last] as number;
    const job = history.job[row] as number;
    if (job !== NOBODY && history.state[row] !== SEEN.absent) event[job] = row;
  }
  return {
    op,
    invNs: history.timeNs[op] as number,
    invMs: history.engineMs[op] as number,
    event,
  };
}

/** The last call or note of what may change something, or -1. */
function lastChange(history: History): number {
  for (let event = history.length - 1; event >= 0; event--)
    if (history.start[event] === event && !CHANGES_NOTHING.has(history.kind[event] as number))
      return event;
  return -1;
}
