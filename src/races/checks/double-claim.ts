/** O1: two claims of one job, while nothing can have freed it from the first and its lease still ran. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import { heldFor, leaseOf, mayBeFreedWithin } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const doubleClaim: Check = {
  id: "O1",
  title: "double claim",
  class: "S",
  meaning: "two workers hold the same job at the same time",
  run(one, findings) {
    inLog(one, findings);
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      let before = -1;
      for (let row = from; row < to; row++) {
        if (operations.kind[row] !== KIND.claim || operations.type[row] !== TYPE.ok) continue;
        if (before >= 0) {
          compare(one, job, before, row, findings);
          compareRenewed(one, job, before, row, findings);
        }
        before = row;
      }
    });
  },
};

function compare(one: Case, job: number, first: number, second: number, findings: Findings): void {
  const { invMs, retMs, invNs, retNs, event, attempt } = one.operations;
  const { epsMs, seesSettles } = one.facts.promises;
  const timeoutMs = seesSettles ? Number.POSITIVE_INFINITY : (one.facts.timeoutMs[job] as number);
  // Which of two that overlap came first is open, and either lease may be the one that ended.
  const inOrder = (retNs[first] as number) < (invNs[second] as number);
  const termMs = inOrder
    ? heldFor(one, job, first, second)
    : Math.min(leaseOf(one, first), leaseOf(one, second));
  const leaseMs = Math.min(termMs, timeoutMs);
  const fromMs = Math.min(invMs[first] as number, invMs[second] as number);
  const toMs = Math.max(retMs[first] as number, retMs[second] as number);
  if (toMs >= fromMs + leaseMs - epsMs) return;
  const from = Math.min(invNs[first] as number, invNs[second] as number);
  const to = Math.max(retNs[first] as number, retNs[second] as number);
  if (mayBeFreedWithin(one, job, from, to)) return;
  findings.violation({
    job,
    message: `job ${one.id(job)} was claimed as attempt ${attempt[first]} and as attempt ${attempt[second]} within ${toMs - fromMs} ms under ${leaseMs === Number.POSITIVE_INFINITY ? "a lease that its worker renews" : `a lease of ${leaseMs} ms`}, and nothing can have freed it between`,
    events: [event[first] as number, event[second] as number],
  });
}

/** The same for a claim that was renewed: its term counts from the last renewal that certainly came before. */
function compareRenewed(
  one: Case,
  job: number,
  first: number,
  second: number,
  findings: Findings,
): void {
  const { kind, type, invMs, retMs, invNs, retNs, event, attempt } = one.operations;
  let renewal = -1;
  for (let row = first + 1; row < second; row++) {
    const isIt =
      kind[row] === KIND.heartbeat && type[row] === TYPE.ok && attempt[row] === attempt[first];
    if (isIt && (retNs[row] as number) < (invNs[second] as number)) renewal = row;
  }
  if (renewal < 0) return;
  const leaseMs = leaseOf(one, renewal);
  const heldMs = (retMs[second] as number) - (invMs[renewal] as number);
  if (heldMs >= leaseMs - one.facts.promises.epsMs) return;
  const [from, to] = [invNs[first] as number, retNs[second] as number];
  if (mayBeFreedWithin(one, job, from, to)) return;
  findings.violation({
    job,
    message: `job ${one.id(job)} was claimed as attempt ${attempt[second]} ${heldMs} ms after attempt ${attempt[first]} was renewed for ${leaseMs} ms, and nothing can have freed it between`,
    events: [first, renewal, second].map((row) => event[row] as number),
  });
}

/** The log has a row for every end of a claim, that of a lease too. */
function inLog(one: Case, findings: Findings): void {
  const { log, logBefore } = one;
  if (log === null) return;
  for (let row = 0; row < log.length; row++) {
    const before = logBefore[row] as number;
    const isSecond = before >= 0 && log.state[before] === LOG_STATE.claimed;
    if (!isSecond || log.state[row] !== LOG_STATE.claimed) continue;
    const job = log.job[row] as number;
    findings.violation({
      job,
      message: `job ${one.id(job)}: the log has a claim as attempt ${log.attempt[row]} while attempt ${log.attempt[before]} held it`,
      events: [],
      log: [before, row],
    });
  }
}
