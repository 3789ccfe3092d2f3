/** J8: more tries than allowed, or an attempt number that is not the number of claims. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { LOG_CAUSE, LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import { mayBePurged, mayBeReopened } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

const EVER = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** See the file's head. */
export const attemptCount: Check = {
  id: "J8",
  title: "attempts over the limit, or not counted",
  class: "S",
  meaning: "a job that always fails is tried for ever, or one that did not is given up",
  rule: "a job is tried more often than it may be, or its attempt number is not the number of its claims",
  log: "too",
  run(one, findings) {
    inLog(one, findings);
    eachJob(one.operations, (job, from, to) => {
      judgeTries(one, job, from, to, findings);
      if (one.facts.promises.seesClaims) judgeAttempts(one, job, from, to, findings);
    });
  },
};

/** A claim that certainly came after the last try. */
function judgeTries(one: Case, job: number, from: number, to: number, findings: Findings): void {
  const { operations, facts } = one;
  const { kind, type, event, retNs, invNs } = operations;
  if (!facts.knows(job)) return;
  const failures: number[] = [];
  for (let row = from; row < to; row++) {
    if (type[row] !== TYPE.ok) continue;
    if (kind[row] === KIND.failAttempt) failures.push(row);
    if (kind[row] !== KIND.claim || failures.length < (facts.maxAttempts[job] as number)) continue;
    const last = failures[failures.length - 1] as number;
    if ((retNs[last] as number) >= (invNs[row] as number) || mayBeReopened(one, job, ...EVER))
      return;
    findings.violation({
      job,
      message: `job ${one.id(job)} was claimed again after ${failures.length} failed tries, and at most ${facts.maxAttempts[job]} are allowed`,
      events: [...failures, row].map((at) => event[at] as number),
    });
    return;
  }
}

/** The attempt in the last read against the claims that there were. */
function judgeAttempts(one: Case, job: number, from: number, to: number, findings: Findings): void {
  const { operations, final, history, unnamed } = one;
  const { kind, type, event } = operations;
  const last = final.event[job] as number;
  if (last < 0 || (history.state[last] as number) <= SEEN.absent) return;
  const claims: number[] = [];
  let possible = unnamed.claims.begunBefore(Number.POSITIVE_INFINITY);
  for (let row = from; row < to; row++) {
    if (kind[row] !== KIND.claim || type[row] === TYPE.fail) continue;
    if ((operations.invNs[row] as number) > final.invNs) return;
    if (type[row] === TYPE.ok) claims.push(row);
    else possible++;
  }
  const shown = history.attempt[last] as number;
  if (shown >= claims.length && shown <= claims.length + possible) return;
  findings.violation({
    job,
    message: `job ${one.id(job)} shows attempt ${shown} after ${claims.length} claims`,
    events: [...claims.map((row) => event[row] as number), last],
  });
}

const TRIES: ReadonlySet<number> = new Set([
  LOG_CAUSE.handlerError,
  LOG_CAUSE.timeout,
  LOG_CAUSE.lostLease,
  LOG_CAUSE.crash,
  LOG_CAUSE.subRun,
]);

/** Tries since the last redrive, by the log. */
function inLog(one: Case, findings: Findings): void {
  const { log, facts, history } = one;
  if (log === null) return;
  const tries = new Int32Array(history.jobs.size);
  for (let row = 0; row < log.length; row++) {
    const job = log.job[row] as number;
    const state = log.state[row];
    if (state === LOG_STATE.redriven) tries[job] = 0;
    if (state === LOG_STATE.delayed && TRIES.has(log.cause[row] as number))
      tries[job] = (tries[job] as number) + 1;
    if (state !== LOG_STATE.claimed || !facts.knows(job)) continue;
    const used = tries[job] as number;
    if (used < (facts.maxAttempts[job] as number) || mayBePurged(one, job, EVER[1])) continue;
    findings.violation({
      job,
      message: `job ${one.id(job)}: the log has a claim after ${used} failed tries, and at most ${facts.maxAttempts[job]} are allowed`,
      events: [],
      log: [row],
    });
  }
}
