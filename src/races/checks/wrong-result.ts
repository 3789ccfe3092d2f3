/** J7: a read shows another result than the one that the attempt returned: lost, changed, or another job's. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import type { Check } from "./check.ts";
import { isRead } from "./stale-rows.ts";

/** See the file's head. Results carry job, attempt and a nonce, so that no two are alike. */
export const wrongResult: Check = {
  id: "J7",
  title: "wrong result",
  class: "S",
  meaning: "children and callers get a result that the job never returned",
  rule: "a job is shown as done with another result than any attempt returned",
  run(one, findings) {
    const { operations, unnamed } = one;
    if (unnamed.acks.count > 0) return;
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++) {
        if (!isRead(one, row) || operations.state[row] !== SEEN.done) continue;
        const ack = contradicted(one, from, to, row);
        if (ack === null) continue;
        findings.violation({
          job,
          message: `job ${one.id(job)} is done with a result that ${ack < 0 ? "no attempt returned" : `attempt ${operations.attempt[ack]} did not return`}`,
          events: [
            ...(ack < 0 ? [] : [operations.event[ack] as number]),
            operations.event[row] as number,
          ],
        });
        return;
      }
    });
  },
};

/** An attempt whose result should have been shown, -1 where there is none at all, null where the row is right. */
function contradicted(one: Case, from: number, to: number, read: number): number | null {
  const { operations, history, facts } = one;
  const shown = history.payload[operations.event[read] as number] as number;
  let other = -1;
  for (let row = from; row < to; row++) {
    const kind = operations.kind[row];
    if (mayBeExpansion(one, row, read)) return null;
    const returned = kind === KIND.ack || (kind === KIND.execEnd && !facts.promises.seesSettles);
    if (!returned || (operations.invNs[row] as number) > (operations.retNs[read] as number))
      continue;
    const same = history.payload[operations.event[row] as number] === shown;
    // Where an effect that failed shows, it is O7.
    if (same) return null;
    if (operations.type[row] !== TYPE.fail) other = row;
  }
  return other;
}

/** Whether the read may show the result of an expansion, which is the queue's own: of the attempt that it shows. */
function mayBeExpansion({ operations }: Case, row: number, read: number): boolean {
  const { kind, type, attempt } = operations;
  if (kind[row] !== KIND.expand || type[row] === TYPE.fail) return false;
  return attempt[read] === 0 || attempt[row] === 0 || attempt[row] === attempt[read];
}
