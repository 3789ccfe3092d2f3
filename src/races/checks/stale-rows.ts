/** Rows of reads: what they show of a job, and whether a later one takes it back. */
import type { Case } from "../history/case.ts";
import { isEnd, KIND, SEEN, TYPE } from "../history/event.ts";

/** Whether a row is of a read that was answered. */
export function isRead({ operations }: Case, row: number): boolean {
  const kind = operations.kind[row];
  return (kind === KIND.read || kind === KIND.readAll) && operations.type[row] === TYPE.ok;
}

/** Whether a row shows the job in a state that is no end. */
export function isUnended(one: Case, row: number): boolean {
  const state = one.operations.state[row] as number;
  return isRead(one, row) && state > SEEN.absent && !isEnd(state);
}

/** Whether a row shows the job ended. */
export function isEnded(one: Case, row: number): boolean {
  return isRead(one, row) && isEnd(one.operations.state[row] as number);
}

/**
 * Whether a later read shows the job ended although no later attempt can have ended it: then nothing was
 * lost, and the read between was stale.
 */
export function showsEndAgain(one: Case, job: number, read: number): boolean {
  const { operations } = one;
  const end = operations.first[job + 1] as number;
  for (let row = read + 1; row < end; row++) {
    if (operations.kind[row] === KIND.claim && operations.type[row] !== TYPE.fail) return false;
    if (isEnded(one, row) && (operations.invNs[row] as number) > (operations.retNs[read] as number))
      return true;
  }
  return false;
}
