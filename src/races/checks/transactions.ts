/** V6 and V7: a commit that should have failed, and statements that ran in somebody else's transaction. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import type { Check } from "./check.ts";

/** V6; see the file's head. */
export const silentCommit: Check = {
  id: "V6",
  title: "silent commit",
  class: "S",
  meaning: "a caller is told that all of a change is stored, and a part of it was refused",
  rule: "a transaction is committed although one of its statements had failed",
  occasion: "needs numbers of transactions, which the engine does not tell",
  run(one, findings) {
    const failed = firstByTxn(one, KIND.statement, TYPE.fail);
    for (const event of one.operations.ofKind(KIND.commit)) {
      const txn = one.history.txn[event] as number;
      const statement = failed.get(txn);
      if (statement === undefined || one.operations.typeOf(event) !== TYPE.ok) continue;
      findings.violation({
        message: `transaction ${txn} was committed after one of its statements had failed`,
        events: [statement, event],
      });
    }
  },
};

/** V7; see the file's head. */
export const transactionBleed: Check = {
  id: "V7",
  title: "transaction bleed",
  class: "S",
  meaning: "one caller's rollback takes another caller's work with it",
  rule: "somebody works in a transaction that somebody else began",
  occasion: "needs numbers of transactions, which the engine does not tell",
  run(one, findings) {
    const begun = firstByTxn(one, KIND.begin, TYPE.ok);
    const { history, operations } = one;
    for (const kind of [KIND.statement, KIND.commit, KIND.rollback, KIND.ack, KIND.claim])
      for (const event of operations.ofKind(kind)) {
        const begin = begun.get(history.txn[event] as number);
        const isForeign = begin !== undefined && history.proc[begin] !== history.proc[event];
        if (!isForeign || operations.typeOf(event) === TYPE.fail) continue;
        findings.violation({
          message: `${history.who(history.proc[event] as number)} worked in transaction ${history.txn[event]}, which ${history.who(history.proc[begin] as number)} had begun`,
          events: [begin, event],
        });
      }
  },
};

/** The first event of a kind and a type, by its transaction. */
function firstByTxn(
  { operations, history }: Case,
  kind: number,
  type: number,
): Map<number, number> {
  const first = new Map<number, number>();
  for (const event of operations.ofKind(kind)) {
    const txn = history.txn[event] as number;
    if (txn > 0 && operations.typeOf(event) === type && !first.has(txn)) first.set(txn, event);
  }
  return first;
}
