/** J9: a job was claimed before it was due: its run-at, or the delay of a nack. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import { mayBeReopened } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const earlyRun: Check = {
  id: "J9",
  title: "run before it was due",
  class: "S",
  meaning: "a delay is not kept, and a job that backs off hammers what it should spare",
  rule: "a claim is answered before the job's run-at, or before the delay of the give-back or retry before it is over",
  log: "too",
  run(one, findings) {
    // A clock that jumped may have been later than any event tells.
    if (one.unnamed.clocks.count > 0) return;
    inLog(one, findings);
    eachJob(one.operations, (job, from, to) => {
      const { kind, type } = one.operations;
      for (let row = from; row < to; row++)
        if (kind[row] === KIND.claim && type[row] === TYPE.ok) judge(one, job, row, findings);
    });
  },
};

function judge(one: Case, job: number, claim: number, findings: Findings): void {
  const { operations, facts } = one;
  const { attempt, event } = operations;
  let dueMs = facts.knows(job) ? (facts.runAtMs[job] as number) : 0;
  let cause = facts.knows(job) ? (facts.op[job] as number) : -1;
  const nack = nackBefore(one, job, claim);
  if (nack >= 0) {
    const at = event[nack] as number;
    dueMs = operations.invMs(nack) + (one.history.value[at] as number);
    cause = at;
  }
  const earlyMs = dueMs - facts.promises.epsMs - operations.retMs(claim);
  if (earlyMs <= 0 || mayBeReopened(one, job, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY))
    return;
  findings.violation({
    job,
    message: `job ${one.id(job)} was claimed as attempt ${attempt[claim]} ${earlyMs} ms before it was due`,
    events: [cause, event[claim] as number].filter((at) => at >= 0),
  });
}

/** The nack that ended the attempt before this one, or -1. */
function nackBefore({ operations }: Case, job: number, claim: number): number {
  const { kind, type, attempt, first } = operations;
  const before = (attempt[claim] as number) - 1;
  for (let row = first[job] as number; row < (first[job + 1] as number); row++) {
    const isIt = kind[row] === KIND.nack && type[row] === TYPE.ok && attempt[row] === before;
    if (isIt) return row;
  }
  return -1;
}

/** By the log, no claim comes before the due time of the row before it. */
function inLog(one: Case, findings: Findings): void {
  const { log, logBefore } = one;
  if (log === null) return;
  for (let row = 0; row < log.length; row++) {
    const before = logBefore[row] as number;
    const wasDelayed = before >= 0 && log.state[before] === LOG_STATE.delayed;
    if (!wasDelayed || log.state[row] !== LOG_STATE.claimed) continue;
    const earlyMs =
      (log.atMs[before] as number) - one.facts.promises.epsMs - (log.tsMs[row] as number);
    if (earlyMs <= 0) continue;
    const job = log.job[row] as number;
    findings.violation({
      job,
      message: `job ${one.id(job)}: the log has a claim ${earlyMs} ms before it was due`,
      events: [],
      log: [before, row],
    });
  }
}
