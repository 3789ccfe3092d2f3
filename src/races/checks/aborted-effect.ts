/** O7: a read shows the effect of an operation that failed: a result that was refused, a cancel that was. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import type { Check } from "./check.ts";
import { isRead } from "./stale-rows.ts";

/** See the file's head. */
export const abortedEffect: Check = {
  id: "O7",
  title: "effect of a failed call",
  class: "S",
  meaning: "the caller was told that nothing happened, and it did",
  rule: "a read shows what only a refused ack, or a refused cancel, can have written",
  run(one, findings) {
    const { operations } = one;
    const cancelsEver = one.firstCancelNs < Number.POSITIVE_INFINITY;
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++) {
        if (!isRead(one, row)) continue;
        const state = operations.state[row];
        let cause = -1;
        if (state === SEEN.done) cause = refusedResult(one, from, to, row);
        else if (state === SEEN.cancelled && !cancelsEver) cause = refusedCancel(one, from, row);
        if (cause < 0) continue;
        findings.violation({
          job,
          message: `job ${one.id(job)} shows the effect of a call that was refused`,
          events: [operations.event[cause] as number, operations.event[row] as number],
        });
        return;
      }
    });
  },
};

/** The refused ack whose result a row shows, where no other can have brought it; else -1. */
function refusedResult(one: Case, from: number, to: number, read: number): number {
  const { operations, history, unnamed, facts } = one;
  const result = history.payload[operations.event[read] as number] as number;
  if (result === 0 || unnamed.acks.count > 0) return -1;
  let refused = -1;
  for (let row = from; row < to; row++) {
    const kind = operations.kind[row];
    const isAck = kind === KIND.ack || (kind === KIND.execEnd && !facts.promises.seesSettles);
    if (!isAck || history.payload[operations.event[row] as number] !== result) continue;
    if (operations.type[row] !== TYPE.fail) return -1;
    refused = row;
  }
  const answered = refused >= 0 ? (operations.retNs[refused] as number) : Number.POSITIVE_INFINITY;
  return answered < (operations.invNs[read] as number) ? refused : -1;
}

/** The refused cancel of a job that shows as cancelled; else -1. */
function refusedCancel({ operations }: Case, from: number, read: number): number {
  for (let row = from; row < read; row++)
    if (operations.kind[row] === KIND.cancel && operations.type[row] === TYPE.fail) return row;
  return -1;
}
