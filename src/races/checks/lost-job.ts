/** J1: a job that was accepted is gone at the end, and nobody purged it; or a purge took it while it lived. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { isSettle } from "../history/operations.ts";
import { leaseOf, mayBePurged } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const lostJob: Check = {
  id: "J1",
  title: "lost job",
  class: "S",
  meaning: "work that the queue accepted never happens",
  rule: "a job whose submission was answered is missing in the last read, and no purge can have taken it; or a purge took it while it certainly lived",
  run(one, findings) {
    const { final, facts, operations, history, unnamed } = one;
    for (let job = 0; job < history.jobs.size; job++) {
      if (!facts.knows(job)) continue;
      judgePurge(one, job, findings);
      if (final.op < 0 || (final.event[job] as number) >= 0) continue;
      const accepted = acceptance(one, job);
      if (accepted < 0 || operations.retOf(accepted) >= final.invNs) continue;
      if (mayBePurged(one, job, Number.POSITIVE_INFINITY)) continue;
      // What a crash took is told as C1.
      if (unnamed.crashes.within(operations.invOf(accepted), final.invNs)) continue;
      findings.violation({
        job,
        message: `job ${one.id(job)} was accepted, and the last read of all jobs does not have it`,
        events: [accepted, final.op],
      });
    }
  },
};

/** The event that told that the job was stored: its own answer, or where none came, that of its ack; -1 for none. */
export function acceptance({ facts, operations }: Case, job: number): number {
  const { first, kind, type, event } = operations;
  const answered = operations.outcomeOf(facts.op[job] as number) === TYPE.ok;
  const end = first[job + 1] as number;
  for (let row = first[job] as number; row < end; row++) {
    if (type[row] !== TYPE.ok) continue;
    const stored = kind[row] === KIND.submit || kind[row] === KIND.enqueue;
    if (answered ? stored : kind[row] === KIND.ack) return event[row] as number;
  }
  return -1;
}

/** A purge takes what has ended. */
function judgePurge(one: Case, job: number, findings: Findings): void {
  const { operations, unnamed } = one;
  const purge = purgeOf(one, job);
  if (purge < 0) return;
  const doneNs = operations.retNs[purge] as number;
  const ever = Number.NEGATIVE_INFINITY;
  const others = [unnamed.settles, unnamed.cancels, unnamed.claims];
  if (others.some((effects) => effects.within(ever, doneNs))) return;
  const end = operations.first[job + 1] as number;
  for (let row = operations.first[job] as number; row < end; row++) {
    const before = (operations.invNs[row] as number) <= doneNs;
    if (before && (mayHaveEnded(one, row) || mayHaveLapsed(one, row, purge))) return;
  }
  // It may have been skipped, of which no call tells.
  if (one.graph.parentCount(job) > 0) return;
  findings.violation({
    job,
    subclass: "purged alive",
    message: `job ${one.id(job)} was purged before anything can have ended it`,
    events: [operations.event[purge] as number],
  });
}

function purgeOf({ operations }: Case, job: number): number {
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  )
    if (operations.kind[row] === KIND.purge && operations.type[row] === TYPE.ok) return row;
  return -1;
}

function mayHaveEnded({ operations, facts }: Case, row: number): boolean {
  const kind = operations.kind[row] as number;
  if (operations.type[row] === TYPE.fail) return false;
  if (isSettle(kind) || kind === KIND.cancel || kind === KIND.skip) return true;
  return !facts.promises.seesSettles && (kind === KIND.execStart || kind === KIND.claim);
}

/** A claim whose lease ran out, or whose process died, may have been the last try of its job. */
function mayHaveLapsed(one: Case, row: number, purge: number): boolean {
  const { operations } = one;
  const { kind, type, invNs, retNs } = operations;
  if (kind[row] !== KIND.claim || type[row] === TYPE.fail) return false;
  const lapsed = operations.invMs(row) + leaseOf(one, row) <= operations.retMs(purge);
  const crashed = one.unnamed.crashes.within(invNs[row] as number, retNs[purge] as number);
  return lapsed || crashed || one.unnamed.clocks.count > 0;
}
