/** D3: a job ran after it had been cancelled or skipped, or its ack was accepted after that. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import { mayBeReopened } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { isRead } from "./stale-rows.ts";

/** See the file's head. */
export const runAfterCancel: Check = {
  id: "D3",
  title: "run after skip or cancel",
  class: "S",
  meaning: "what somebody stopped happens all the same",
  rule: "a job is claimed, or its ack accepted, although a cancel or a skip of it was certainly in force",
  log: "too",
  run(one, findings) {
    inLog(one, findings);
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      let stop = -1;
      for (let row = from; row < to; row++) {
        if (stop < 0 && stops(one, row)) stop = row;
        if (stop < 0 || !runs(one, row) || !follows(one, job, stop, row)) continue;
        findings.violation({
          job,
          message: `job ${one.id(job)} was ${stopName(one, stop)}, and ${operations.kind[row] === KIND.claim ? `claimed as attempt ${operations.attempt[row]}` : "its ack was accepted"} after that`,
          events: [operations.event[stop] as number, operations.event[row] as number],
        });
        return;
      }
    });
  },
};

function stops(one: Case, row: number): boolean {
  const { kind, type, state } = one.operations;
  if (type[row] !== TYPE.ok) return false;
  if (kind[row] === KIND.cancel || kind[row] === KIND.skip) return true;
  return isRead(one, row) && (state[row] === SEEN.skipped || state[row] === SEEN.cancelled);
}

function stopName({ operations }: Case, row: number): string {
  const skipped = operations.kind[row] === KIND.skip || operations.state[row] === SEEN.skipped;
  return skipped ? "skipped" : "cancelled";
}

function runs({ operations }: Case, row: number): boolean {
  const kind = operations.kind[row];
  return operations.type[row] === TYPE.ok && (kind === KIND.claim || kind === KIND.ack);
}

function follows(one: Case, job: number, stop: number, row: number): boolean {
  const { invNs, retNs } = one.operations;
  if ((retNs[stop] as number) >= (invNs[row] as number)) return false;
  if (one.unnamed.crashes.within(invNs[stop] as number, retNs[row] as number)) return false;
  return !mayBeReopened(one, job, invNs[stop] as number, retNs[row] as number);
}

function inLog(one: Case, findings: Findings): void {
  const { log, logBefore } = one;
  if (log === null) return;
  for (let row = 0; row < log.length; row++) {
    const before = logBefore[row] as number;
    if (before < 0 || log.state[row] !== LOG_STATE.claimed) continue;
    const state = log.state[before];
    if (state !== LOG_STATE.skipped && state !== LOG_STATE.cancelled) continue;
    const job = log.job[row] as number;
    findings.violation({
      job,
      message: `job ${one.id(job)}: the log has a claim after its ${state === LOG_STATE.skipped ? "skip" : "cancel"}`,
      events: [],
      log: [before, row],
    });
  }
}
