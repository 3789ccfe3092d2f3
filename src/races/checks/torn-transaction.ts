/**
 * V3 and C2: one read sees a part of what a transaction wrote: some of its jobs ended and others not. After a
 * crash, and unacknowledged, it is C2.
 */
import type { Case } from "../history/case.ts";
import { isEnd, KIND, SEEN, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { mayBeReopened, mayHaveActed } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { tornSubmissions } from "./partial-submission.ts";

/** V3; see the file's head. */
export const fracturedRead: Check = {
  id: "V3",
  title: "fractured read",
  class: "S",
  meaning: "a report adds up numbers that never were true together",
  rule: "one read shows one of two acks that a single transaction wrote, and certainly not the other",
  occasion: "needs numbers of transactions, which the engine does not tell",
  run(one, findings) {
    eachFracture(one, false, findings);
  },
};

/** C2; see the file's head. */
export const tornOperation: Check = {
  id: "C2",
  title: "operation torn by a crash",
  class: "D",
  meaning: "after a crash, half of a change is there",
  rule: "of an unanswered submission or transaction that a kill interrupted, a part is there after the reopen and another part is not",
  run(one, findings) {
    if (one.unnamed.crashes.count === 0) return;
    tornSubmissions(one, findings);
    eachFracture(one, true, findings);
  },
};

/** Acks by transaction: the event by job. Only transactions of two jobs or more, with no other write of the job after. */
function transactions(one: Case): Map<number, number[]> {
  const { history, operations } = one;
  const byTxn = new Map<number, number[]>();
  for (const event of operations.ofKind(KIND.ack)) {
    const txn = history.txn[event] as number;
    if (txn === 0 || history.job[event] === NOBODY || operations.typeOf(event) === TYPE.fail)
      continue;
    const acks = byTxn.get(txn);
    if (acks === undefined) byTxn.set(txn, [event]);
    else acks.push(event);
  }
  for (const [txn, acks] of byTxn) if (acks.length < 2) byTxn.delete(txn);
  return byTxn;
}

/** What one read shows of a transaction so far: a row with it, and one without; -1 for none. */
interface Shown {
  with: number;
  without: number;
}

function eachFracture(one: Case, torn: boolean, findings: Findings): void {
  const { history, operations } = one;
  const byTxn = transactions(one);
  if (byTxn.size === 0) return;
  const ackOf = new Int32Array(history.jobs.size).fill(-1);
  for (const acks of byTxn.values())
    for (const ack of acks) ackOf[history.job[ack] as number] = ack;
  let read = -1;
  const shown = new Map<number, Shown>();
  const visit = (event: number): void => {
    if (history.start[event] !== read) shown.clear();
    read = history.start[event] as number;
    const job = history.job[event] as number;
    const ack = job === NOBODY ? -1 : (ackOf[job] as number);
    const part = ack < 0 ? null : note(one, shown, ack, event);
    if (part === null || isTorn(one, ack, read) !== torn) return;
    tell(one, history.txn[ack] as number, part, ackOf, findings);
    shown.clear();
  };
  operations.ofKind(KIND.readAll).forEach(visit);
  operations.ofKind(KIND.read).forEach(visit);
}

/** Adds a row to what its read shows of the transaction; returns it once it contradicts itself. */
function note(one: Case, shown: Map<number, Shown>, ack: number, event: number): Shown | null {
  const seen = one.operations.typeOf(event) === TYPE.ok ? seenOf(one, ack, event) : null;
  if (seen === null) return null;
  const txn = one.history.txn[ack] as number;
  const part = shown.get(txn) ?? { with: -1, without: -1 };
  part[seen] = event;
  shown.set(txn, part);
  return part.with >= 0 && part.without >= 0 ? part : null;
}

/** Whether a row shows the job with the ack, or certainly without it; null where neither is certain. */
function seenOf(one: Case, ack: number, row: number): "with" | "without" | null {
  const { history } = one;
  const state = history.state[row] as number;
  const [shown, acked] = [history.attempt[row] as number, history.attempt[ack] as number];
  if (state === SEEN.done && shown === acked)
    return history.payload[row] === history.payload[ack] ? "with" : null;
  if (shown > acked || state <= SEEN.absent || isEnd(state)) return null;
  return certainlyWithout(one, ack, row) ? "without" : null;
}

/** An ack in doubt may have been stale, and then it is right that it does not show. */
function certainlyWithout(one: Case, ack: number, row: number): boolean {
  const { history, operations } = one;
  const job = history.job[ack] as number;
  const ever = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  if (mayBeReopened(one, job, ...ever)) return false;
  if (operations.typeOf(ack) === TYPE.ok) return true;
  const state = history.state[row] as number;
  const held = state === SEEN.claimed || state === SEEN.pending;
  const same = history.attempt[row] === history.attempt[ack];
  return held && same && !mayHaveActed(one, KIND.release, job, ...ever);
}

function isTorn({ operations, unnamed }: Case, ack: number, read: number): boolean {
  const acked = operations.typeOf(ack) === TYPE.ok;
  return !acked && unnamed.crashes.within(operations.invOf(ack), operations.invOf(read));
}

function tell(
  one: Case,
  txn: number,
  part: { readonly with: number; readonly without: number },
  ackOf: Int32Array,
  findings: Findings,
): void {
  const { history } = one;
  const [shown, missed] = [history.job[part.with] as number, history.job[part.without] as number];
  findings.violation({
    job: missed,
    message: `one read shows the ack of job ${one.id(shown)} and not that of job ${one.id(missed)}, and one transaction (${txn}) wrote both`,
    events: [ackOf[shown] as number, ackOf[missed] as number, part.with, part.without].sort(
      (a, b) => a - b,
    ),
  });
}
