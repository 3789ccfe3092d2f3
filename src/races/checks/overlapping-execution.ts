/**
 * O2: handlers of two attempts of one job run at the same time while the first attempt still holds the
 * job, or one attempt starts twice. A handler that outlives its lease or its timeout is a hazard: at least
 * once means exactly this, and people should know how often it happens. So is an attempt that lost the job
 * before it started.
 */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import { certainlyHeldUntil, mayBeFreedWithin } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const overlappingExecution: Check = {
  id: "O2",
  title: "overlapping execution",
  class: "S",
  meaning: "the side effects of one job happen twice, or mixed",
  rule: "a handler starts while one of an earlier attempt runs and that attempt certainly holds the job, or one attempt starts twice. A handler that outlives its lease is a hazard, no violation",
  run(one, findings) {
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      // Few attempts of one job run at once: the starts that have no end yet.
      let running: number[] = [];
      for (let row = from; row < to; row++) {
        if (operations.kind[row] === KIND.execEnd) {
          running = running.filter((start) => !isSameAttempt(one, start, row));
        } else if (operations.kind[row] === KIND.execStart) {
          for (const start of running) compare(one, job, start, row, findings);
          running.push(row);
        }
      }
    });
  },
};

function isSameAttempt({ operations }: Case, start: number, other: number): boolean {
  return (
    operations.attempt[start] === operations.attempt[other] &&
    operations.proc[start] === operations.proc[other]
  );
}

function compare(one: Case, job: number, first: number, second: number, findings: Findings): void {
  const { operations, unnamed } = one;
  const { attempt, event, invNs } = operations;
  const [startNs, nowNs] = [invNs[first] as number, invNs[second] as number];
  // Handlers of a process that died have ended, and tell nobody.
  if (unnamed.crashes.within(startNs, nowNs)) return;
  const finding = {
    job,
    message: `job ${one.id(job)}: attempt ${attempt[second]} started while attempt ${attempt[first]} was still running`,
    events: [event[first] as number, event[second] as number],
  };
  if (attempt[first] === attempt[second]) {
    findings.violation(finding);
    return;
  }
  const claim = claimOf(one, job, first);
  // A worker that slept between its claim and its start comes late, and no fence can hold it.
  const newer = (attempt[second] as number) > (attempt[first] as number);
  if (newer && claim >= 0 && certainlyHeld(one, job, claim, second)) findings.violation(finding);
  else findings.hazard({ ...finding, subclass: "lease overrun" });
}

/** The claim that a start belongs to, or -1. */
function claimOf({ operations }: Case, job: number, start: number): number {
  for (let row = operations.first[job] as number; row < start; row++) {
    const isIt =
      operations.kind[row] === KIND.claim &&
      operations.type[row] === TYPE.ok &&
      operations.attempt[row] === operations.attempt[start];
    if (isIt) return row;
  }
  return -1;
}

/** Whether the claim held the job, in any case, when the row happened. */
function certainlyHeld(one: Case, job: number, claim: number, row: number): boolean {
  const { invNs } = one.operations;
  const { seesSettles, epsMs } = one.facts.promises;
  const timeoutMs = seesSettles ? Number.POSITIVE_INFINITY : (one.facts.timeoutMs[job] as number);
  const { endMs } = certainlyHeldUntil(one, job, claim, row);
  const timedOutMs = one.operations.invMs(claim) + timeoutMs;
  if (one.operations.invMs(row) >= Math.min(endMs, timedOutMs) - epsMs) return false;
  return !mayBeFreedWithin(one, job, invNs[claim] as number, invNs[row] as number);
}
