/** The last snapshot of all jobs in a history: what was left when everything had come to rest. */
import { KIND, SEEN, TYPE } from "./event.ts";
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
  while (last >= 0 && operations.typeOf(rows[last] as number) !== TYPE.ok) last--;
  const none = { op: -1, invNs: Number.POSITIVE_INFINITY, invMs: Number.POSITIVE_INFINITY, event };
  if (last < 0) return none;
  const op = history.start[rows[last] as number] as number;
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
