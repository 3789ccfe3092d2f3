/** O8: a handler ran without a claim, or a job was acked whose handler had not ended. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import { mayBePurged } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const unclaimedExecution: Check = {
  id: "O8",
  title: "execution without claim, ack without execution",
  class: "S",
  meaning: "work happens that the queue does not know of, or counts that never happened",
  rule: "a handler starts as an attempt that no claim, certain or in doubt, can have handed out, or an ack is accepted of an attempt whose handler never ended",
  log: "too",
  run(one, findings) {
    const { operations, facts, log } = one;
    const { seesClaims, seesExecution } = facts.promises;
    const logged = log === null ? null : claimsInLog(one);
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++) {
        const kind = operations.kind[row];
        if (kind === KIND.execStart && seesClaims) judgeStart(one, job, row, findings);
        if (kind === KIND.execStart) judgeLogged(one, job, row, logged, findings);
        if (kind === KIND.ack && seesExecution) judgeAck(one, job, row, findings);
      }
    });
  },
};

function judgeStart(one: Case, job: number, start: number, findings: Findings): void {
  const { operations, unnamed } = one;
  const { kind, type, attempt, invNs, event } = operations;
  const nowNs = invNs[start] as number;
  if (unnamed.claims.within(Number.NEGATIVE_INFINITY, nowNs)) return;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    if (kind[row] !== KIND.claim || type[row] === TYPE.fail) continue;
    const mine = attempt[row] === attempt[start] || type[row] === TYPE.info;
    if (mine && (invNs[row] as number) <= nowNs) return;
  }
  findings.violation({
    job,
    message: `job ${one.id(job)}: attempt ${attempt[start]} ran, and no claim can have given it out`,
    events: [event[start] as number],
  });
}

function judgeAck(one: Case, job: number, ack: number, findings: Findings): void {
  const { operations } = one;
  const { kind, attempt, invNs, retNs, event } = operations;
  if (operations.type[ack] !== TYPE.ok) return;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    const ended = kind[row] === KIND.execEnd && attempt[row] === attempt[ack];
    if (ended && (invNs[row] as number) <= (retNs[ack] as number)) return;
  }
  findings.violation({
    job,
    message: `job ${one.id(job)}: attempt ${attempt[ack]} was acked, and its handler had not ended`,
    events: [event[ack] as number],
  });
}

/** The highest attempt that the log has a claim for, by job. */
function claimsInLog({ log, history }: Case): Int32Array {
  const highest = new Int32Array(history.jobs.size);
  for (let row = 0; row < (log?.length ?? 0); row++) {
    if (log?.state[row] !== LOG_STATE.claimed) continue;
    const job = log.job[row] as number;
    highest[job] = Math.max(highest[job] as number, log.attempt[row] as number);
  }
  return highest;
}

function judgeLogged(
  one: Case,
  job: number,
  start: number,
  logged: Int32Array | null,
  findings: Findings,
): void {
  const { attempt, event, invNs } = one.operations;
  const mine = attempt[start] as number;
  const ever = Number.POSITIVE_INFINITY;
  if (logged === null || mine <= (logged[job] as number) || mayBePurged(one, job, ever)) return;
  // A job that a crash took with its log is told as C1.
  const { final, unnamed } = one;
  const isGone = final.op >= 0 && (final.event[job] as number) < 0;
  if (isGone && unnamed.crashes.within(invNs[start] as number, ever)) return;
  findings.violation({
    job,
    message: `job ${one.id(job)}: attempt ${mine} ran, and the log has no claim of it`,
    events: [event[start] as number],
  });
}
