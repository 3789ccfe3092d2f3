/** O6: a job was acked, and a later read shows it as if it had not been. After a crash it is C1. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import { mayBeReopened } from "../history/possible-ends.ts";
import type { Check } from "./check.ts";
import { isUnended, showsEndAgain } from "./stale-rows.ts";

/** See the file's head. */
export const lostAck: Check = {
  id: "O6",
  title: "lost ack",
  class: "S",
  meaning: "finished work is forgotten, and will be done again",
  rule: "an ack is answered, and a read that begins later shows the job not ended, though nothing can have opened it again",
  run(one, findings) {
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      let ack = -1;
      for (let row = from; row < to; row++) {
        if (ack < 0 && operations.kind[row] === KIND.ack && operations.type[row] === TYPE.ok)
          ack = row;
        if (ack < 0 || !isUnended(one, row) || !isLost(one, job, ack, row)) continue;
        findings.violation({
          job,
          message: `job ${one.id(job)} was acked as attempt ${operations.attempt[ack]}, and a later read shows it ${operations.state[row] === SEEN.claimed ? "claimed" : "waiting"}`,
          events: [operations.event[ack] as number, operations.event[row] as number],
        });
        return;
      }
    });
  },
};

function isLost(one: Case, job: number, ack: number, read: number): boolean {
  const { invNs, retNs } = one.operations;
  const from = invNs[ack] as number;
  if ((retNs[ack] as number) >= (invNs[read] as number)) return false;
  if (one.unnamed.crashes.within(from, retNs[read] as number)) return false;
  if (mayBeReopened(one, job, from, retNs[read] as number)) return false;
  return !showsEndAgain(one, job, read);
}
