/** What can have freed a claimed job between two moments: the question on which most checks turn. */
import { KIND, TYPE } from "./event.ts";
import type { Facts } from "./facts.ts";
import { type History, NOBODY } from "./history.ts";
import { isSettle, type Operations } from "./operations.ts";

/** Where to look. */
export interface Where {
  readonly history: History;
  readonly operations: Operations;
  readonly facts: Facts;
}

/** Kinds that act on jobs which a row does not name. */
const WITHOUT_JOB = [
  KIND.ack,
  KIND.nack,
  KIND.failAttempt,
  KIND.release,
  KIND.expand,
  KIND.cancel,
  KIND.purge,
  KIND.shutdown,
  KIND.crash,
  KIND.restart,
  KIND.close,
];

/**
 * Whether something can have ended the claim of row `one` before the claim of row `other`, or the other
 * way round; rows of one job. The lease is not looked at.
 */
export function mayEndBetween(where: Where, job: number, one: number, other: number): boolean {
  const { operations } = where;
  const from = Math.min(operations.invNs[one] as number, operations.invNs[other] as number);
  const to = Math.max(operations.retNs[one] as number, operations.retNs[other] as number);
  return mayEndWithin(where, job, from, to);
}

/** Whether anything can have freed the job, as claimed by anyone, within a time of the recorder's clock. */
export function mayEndWithin(where: Where, job: number, fromNs: number, toNs: number): boolean {
  const { operations } = where;
  const end = operations.first[job + 1] as number;
  for (let row = operations.first[job] as number; row < end; row++) {
    const kind = operations.kind[row] as number;
    // Where workers settle unseen, the end of a handler is followed by a settle at any later time.
    const lasts = kind === KIND.execEnd && !where.facts.promises.seesSettles;
    const frees = lasts || isSettle(kind) || kind === KIND.cancel || kind === KIND.purge;
    if (!frees || operations.type[row] === TYPE.fail) continue;
    const possible =
      (operations.invNs[row] as number) <= toNs &&
      (lasts || (operations.retNs[row] as number) >= fromNs);
    if (possible) return true;
  }
  return mayFreeAnyWithin(where, fromNs, toNs);
}

/** Whether an operation that names no job, or the end of a process, can have freed some within a time. */
export function mayFreeAnyWithin(
  { operations, history }: Where,
  fromNs: number,
  toNs: number,
): boolean {
  return WITHOUT_JOB.some((kind) => {
    for (const event of operations.ofKind(kind)) {
      if (history.job[event] !== NOBODY || operations.typeOf(event) === TYPE.fail) continue;
      if (operations.invOf(event) <= toNs && operations.retOf(event) >= fromNs) return true;
    }
    return false;
  });
}
