/** O4: the queue accepted an ack, a nack or a heartbeat from someone who did not hold the job. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob, isSettle } from "../history/operations.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const foreignSettle: Check = {
  id: "O4",
  title: "settle by someone else",
  class: "S",
  meaning: "a worker that lost its job ends it over the head of the one that runs it now",
  rule: "an ack, a failure, a give-back or a heartbeat is accepted from an attempt that certainly does not hold the job: another has claimed it since, or nobody claimed it so",
  log: "too",
  run(one, findings) {
    inLog(one, findings);
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++) {
        const kind = operations.kind[row] as number;
        if (operations.type[row] !== TYPE.ok) continue;
        if (isSettle(kind) || kind === KIND.heartbeat) judge(one, job, row, findings);
      }
    });
  },
};

function judge(one: Case, job: number, settle: number, findings: Findings): void {
  const { operations } = one;
  const other = superseding(one, job, settle) ?? foreign(one, job, settle);
  if (other === null) return;
  const { kind, attempt, event } = operations;
  const what = kind[settle] === KIND.heartbeat ? "heartbeat" : "settle";
  const why =
    kind[other] !== KIND.claim
      ? "had been settled before"
      : attempt[other] === attempt[settle]
        ? `was claimed by ${one.history.who(operations.proc[other] as number)} alone, not by ${one.history.who(operations.proc[settle] as number)}`
        : `had lost the job to attempt ${attempt[other]}`;
  findings.violation({
    job,
    message: `job ${one.id(job)}: a ${what} of attempt ${attempt[settle]} was accepted, and this attempt ${why}`,
    events: [event[other] as number, event[settle] as number].sort((a, b) => a - b),
  });
}

/** A later claim that was certainly there first, or another accepted end of the same attempt. */
function superseding({ operations }: Case, job: number, settle: number): number | null {
  const { kind, type, attempt, retNs, invNs } = operations;
  const mine = attempt[settle] as number;
  const begun = invNs[settle] as number;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    if (type[row] !== TYPE.ok) continue;
    const before = (retNs[row] as number) < begun;
    if (kind[row] === KIND.claim && (attempt[row] as number) > mine && before) return row;
    // Of two ends of one attempt only one can have been right, in whatever order; a heartbeat must come first.
    const second = row < settle && isSettle(kind[row] as number) && attempt[row] === mine;
    if (second && (before || kind[settle] !== KIND.heartbeat)) return row;
  }
  return null;
}

/** The claim of the attempt, where only another worker can have made it. */
function foreign(one: Case, job: number, settle: number): number | null {
  const { operations, unnamed } = one;
  const { kind, type, attempt, proc } = operations;
  if (unnamed.claims.within(Number.NEGATIVE_INFINITY, operations.retNs[settle] as number))
    return null;
  let theirs: number | null = null;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    if (kind[row] !== KIND.claim || type[row] === TYPE.fail) continue;
    if (type[row] === TYPE.info) return null;
    if (attempt[row] !== attempt[settle]) continue;
    if (proc[row] === proc[settle]) return null;
    theirs = row;
  }
  return theirs;
}

const ENDS_OF_CLAIMS: ReadonlySet<number> = new Set([
  LOG_STATE.done,
  LOG_STATE.failed,
  LOG_STATE.delayed,
  LOG_STATE.released,
  LOG_STATE.expanded,
]);

/** The end of an attempt must follow its claim, or its expansion. Ends that follow ends are J5 and J6. */
function inLog(one: Case, findings: Findings): void {
  const { log, logBefore } = one;
  if (log === null) return;
  for (let row = 0; row < log.length; row++) {
    const before = logBefore[row] as number;
    if (!ENDS_OF_CLAIMS.has(log.state[row] as number) || before < 0) continue;
    const state = log.state[before] as number;
    if (state >= LOG_STATE.done && state <= LOG_STATE.cancelled) continue;
    const held = state === LOG_STATE.claimed || state === LOG_STATE.expanded;
    if (held && log.attempt[before] === log.attempt[row]) continue;
    const job = log.job[row] as number;
    findings.violation({
      job,
      message: `job ${one.id(job)}: the log ends attempt ${log.attempt[row]}, which did not hold the job: attempt ${log.attempt[before]} ${held ? "did" : "had given it back"}`,
      events: [],
      log: [before, row],
    });
  }
}
