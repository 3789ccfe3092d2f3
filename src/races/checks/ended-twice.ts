/** J5 and J6: what has ended comes back to life, or ends again in another way, and nobody redrove it. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, SEEN_NAMES, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import { mayBeReopened } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { isEnded, isUnended, showsEndAgain } from "./stale-rows.ts";

/** J5; see the file's head. */
export const resurrection: Check = {
  id: "J5",
  title: "resurrection",
  class: "S",
  meaning: "a finished job runs again",
  rule: "a job that has certainly ended is claimed or seen alive again, and nobody redrove it",
  log: "too",
  run(one, findings) {
    inLog(one, isAlive, "comes back to life", findings);
    eachEnd(one, (job, end, row) => {
      const { operations } = one;
      const claimed = operations.kind[row] === KIND.claim && operations.type[row] === TYPE.ok;
      // Claims after a skip or a cancel are D3.
      const ran = claimed && endState(one, end) === SEEN.done;
      const unended = isUnended(one, row) && !showsEndAgain(one, job, row);
      if (!ran && !unended) return false;
      tell(one, job, end, row, ran ? "was claimed again" : "is waiting again", findings);
      return true;
    });
  },
};

/** J6; see the file's head. */
export const terminalFlip: Check = {
  id: "J6",
  title: "terminal flip",
  class: "S",
  meaning: "a job that had ended ends again, with another outcome",
  rule: "a job that has ended in one way is shown, or logged, as ended in another, and nobody redrove it",
  log: "too",
  run(one, findings) {
    inLog(one, isAnyEnd, "ends again", findings);
    eachEnd(one, (job, end, row) => {
      const { operations } = one;
      if (!isEnded(one, row) || operations.state[row] === endState(one, end)) return false;
      const state = SEEN_NAMES[operations.state[row] as number];
      tell(one, job, end, row, `is ${state} later`, findings);
      return true;
    });
  },
};

function endState({ operations }: Case, row: number): number {
  return operations.kind[row] === KIND.ack ? SEEN.done : (operations.state[row] as number);
}

function tell(
  one: Case,
  job: number,
  end: number,
  row: number,
  what: string,
  findings: Findings,
): void {
  const { event } = one.operations;
  findings.violation({
    job,
    message: `job ${one.id(job)} was ${SEEN_NAMES[endState(one, end)]}, and ${what} without a redrive`,
    events: [event[end] as number, event[row] as number],
  });
}

/** Visits each row that certainly comes after an end of its job, with the row that shows this end, until told enough. */
function eachEnd(one: Case, visit: (job: number, end: number, row: number) => boolean): void {
  eachJob(one.operations, (job, from, to) => {
    let end = -1;
    for (let row = from; row < to; row++) {
      if (end >= 0 && follows(one, job, end, row) && visit(job, end, row)) return;
      if (isBetterEnd(one, job, end, row)) end = row;
    }
  });
}

/** The first end stays until a redrive; a read is a surer witness than an ack, whose loss is O6. */
function isBetterEnd(one: Case, job: number, end: number, row: number): boolean {
  const { kind, type } = one.operations;
  const ended = isEnded(one, row);
  if (!ended && (kind[row] !== KIND.ack || type[row] !== TYPE.ok)) return false;
  if (end < 0 || (ended && kind[end] === KIND.ack)) return true;
  return mayBeReopened(one, job, invOf(one, end), retOf(one, row));
}

function invOf({ operations }: Case, row: number): number {
  return operations.invNs[row] as number;
}

function retOf({ operations }: Case, row: number): number {
  return operations.retNs[row] as number;
}

/** Whether the end came first for certain, with neither a redrive nor a crash between. */
function follows(one: Case, job: number, end: number, row: number): boolean {
  if (retOf(one, end) >= invOf(one, row)) return false;
  // What an ack told and a read takes back is O6.
  if (one.operations.kind[end] === KIND.ack && isUnended(one, row)) return false;
  if (one.unnamed.crashes.within(invOf(one, end), retOf(one, row))) return false;
  return !mayBeReopened(one, job, invOf(one, end), retOf(one, row));
}

function isTerminal(state: number): boolean {
  return state >= LOG_STATE.done && state <= LOG_STATE.cancelled;
}

/** A claim after a skip or a cancel is D3. */
function isAlive(state: number, before: number): boolean {
  const claimed =
    state === LOG_STATE.claimed && before !== LOG_STATE.done && before !== LOG_STATE.failed;
  return !isTerminal(state) && state !== LOG_STATE.redriven && !claimed;
}

function isAnyEnd(state: number): boolean {
  return isTerminal(state);
}

function inLog(
  one: Case,
  isWrong: (state: number, before: number) => boolean,
  what: string,
  findings: Findings,
): void {
  const { log, logBefore } = one;
  if (log === null) return;
  for (let row = 0; row < log.length; row++) {
    const before = logBefore[row] as number;
    if (before < 0 || !isTerminal(log.state[before] as number)) continue;
    if (!isWrong(log.state[row] as number, log.state[before] as number)) continue;
    const job = log.job[row] as number;
    findings.violation({
      job,
      message: `job ${one.id(job)} had ended in the log, and ${what} without a redrive`,
      events: [],
      log: [before, row],
    });
  }
}
