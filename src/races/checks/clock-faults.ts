/** C7: time stamps that cannot be true: outside the call that wrote them, or in the wrong order. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { type JobLog, LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const clockFaults: Check = {
  id: "C7",
  title: "wrong time stamps",
  class: "S",
  meaning: "reports lie about waiting and running, and retention deletes too early or never",
  rule: "a row of the log is stamped outside the call that wrote it, or before the row that must precede it",
  log: "only",
  run(one, findings) {
    if (one.log === null || one.unnamed.clocks.count > 0) return;
    outOfOrder(one, findings);
    outsideCalls(one, findings);
  },
};

/** Rows of one job must not go back in time. */
function outOfOrder(one: Case, findings: Findings): void {
  const { log, logBefore } = one;
  if (log === null) return;
  for (let row = 0; row < log.length; row++) {
    const before = logBefore[row] as number;
    if (before < 0) continue;
    const backMs = (log.tsMs[before] as number) - (log.tsMs[row] as number);
    if (backMs <= one.facts.promises.epsMs) continue;
    const job = log.job[row] as number;
    findings.violation({
      job,
      message: `job ${one.id(job)}: a row of the log is stamped ${backMs} ms before the row that it follows`,
      events: [],
      log: [before, row],
    });
  }
}

/** The stamp of a claim or an ack must lie between its call and its answer. */
function outsideCalls(one: Case, findings: Findings): void {
  const { operations, log, logBefore, history } = one;
  if (log === null) return;
  const last = lastRows(log, history.jobs.size);
  eachJob(operations, (job, from, to) => {
    for (let row = from; row < to; row++) {
      const state = stampedState(operations.kind[row] as number);
      if (state === 0 || operations.type[row] !== TYPE.ok) continue;
      const attempt = operations.attempt[row];
      let at = last[job] as number;
      while (at >= 0 && (log.state[at] !== state || log.attempt[at] !== attempt))
        at = logBefore[at] as number;
      judgeStamp(one, job, row, at, findings);
    }
  });
}

/** By job: its last row, or -1. */
function lastRows(log: JobLog, jobs: number): Int32Array {
  const last = new Int32Array(jobs).fill(-1);
  for (let row = 0; row < log.length; row++) last[log.job[row] as number] = row;
  return last;
}

function judgeStamp(one: Case, job: number, row: number, at: number, findings: Findings): void {
  if (at < 0 || one.log === null) return;
  const { operations } = one;
  const { epsMs } = one.facts.promises;
  const ms = one.log.tsMs[at] as number;
  const early = operations.invMs(row) - epsMs - ms;
  const late = ms - operations.retMs(row) - epsMs;
  if (early <= 0 && late <= 0) return;
  findings.violation({
    job,
    message: `job ${one.id(job)}: the log stamps attempt ${operations.attempt[row]} ${early > 0 ? `${early} ms before the call` : `${late} ms after the answer`}`,
    events: [operations.event[row] as number],
    log: [at],
  });
}

/** The log's state for a call that has one row, or 0. */
function stampedState(kind: number): number {
  if (kind === KIND.claim) return LOG_STATE.claimed;
  return kind === KIND.ack ? LOG_STATE.done : 0;
}
