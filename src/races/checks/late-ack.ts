/** O5: an ack after the lease had run out. Where the queue allows it, a hazard. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import { leaseOf } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const lateAck: Check = {
  id: "O5",
  title: "late ack accepted",
  class: "S",
  meaning: "a lease is no fence: work counts that was done after its term",
  rule: "an ack is accepted that was sent after its lease had certainly run out, where the policy refuses those; elsewhere it is a hazard",
  occasion: "the engine allows it while nobody else has claimed the job, so it is told as a hazard",
  run(one, findings) {
    if (one.facts.promises.renews) return;
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++)
        if (operations.kind[row] === KIND.ack && operations.type[row] === TYPE.ok)
          judge(one, job, row, findings);
    });
  },
};

/** The claim of an ack's attempt, or -1, and the latest time at which its lease may have run out. */
function termOf(one: Case, job: number, ack: number): { claim: number; leaseEndMs: number } {
  const { attempt, kind, type, first } = one.operations;
  let claim = -1;
  let leaseEndMs = Number.NEGATIVE_INFINITY;
  for (let row = first[job] as number; row < (first[job + 1] as number); row++) {
    const renews = kind[row] === KIND.claim || kind[row] === KIND.heartbeat;
    if (!renews || type[row] === TYPE.fail) continue;
    const mine = attempt[row] === attempt[ack];
    // What does not say for which attempt it was may have been for this one.
    const unsure = type[row] === TYPE.info && attempt[row] === 0;
    if (!mine && !unsure) continue;
    if (mine && kind[row] === KIND.claim) claim = row;
    leaseEndMs = Math.max(leaseEndMs, one.operations.retMs(row) + leaseOf(one, row));
  }
  return { claim, leaseEndMs };
}

function judge(one: Case, job: number, ack: number, findings: Findings): void {
  const { operations, unnamed } = one;
  const { invNs, retNs, attempt, event } = operations;
  const { claim, leaseEndMs } = termOf(one, job, ack);
  const lateMs = operations.invMs(ack) - leaseEndMs - one.facts.promises.epsMs;
  if (claim < 0 || lateMs <= 0) return;
  const begunNs = invNs[ack] as number;
  if (unnamed.heartbeats.within(Number.NEGATIVE_INFINITY, begunNs)) return;
  if (unnamed.clocks.within(invNs[claim] as number, retNs[ack] as number)) return;
  const finding = {
    job,
    message: `job ${one.id(job)}: the ack of attempt ${attempt[ack]} was accepted ${lateMs} ms after its lease had run out`,
    events: [event[claim] as number, event[ack] as number],
  };
  if (one.facts.promises.lateAck === "reject") findings.violation(finding);
  else findings.hazard(finding);
}
