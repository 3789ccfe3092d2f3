/** O1: two claims of one job, while nothing can have freed it from the first and its lease still ran. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import {
  certainlyHeldUntil,
  type HeldUntil,
  leaseOf,
  mayBeFreedWithin,
} from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const doubleClaim: Check = {
  id: "O1",
  title: "double claim",
  class: "S",
  meaning: "two workers hold the same job at the same time",
  rule: "a claim is answered while an earlier claim of the job certainly holds it: its lease runs, and no settle, cancel or end of a process can have freed it between",
  log: "too",
  run(one, findings) {
    inLog(one, findings);
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      let before = -1;
      for (let row = from; row < to; row++) {
        if (operations.kind[row] !== KIND.claim || operations.type[row] !== TYPE.ok) continue;
        if (before >= 0) compare(one, job, before, row, findings);
        before = row;
      }
    });
  },
};

function compare(one: Case, job: number, first: number, second: number, findings: Findings): void {
  const { operations } = one;
  const { invNs, retNs, event, attempt } = operations;
  // Which of two that overlap came first is open: then neither order may be possible.
  const inOrder = (retNs[first] as number) < (invNs[second] as number);
  const held = heldThrough(one, job, first, second);
  if (held === null || !(inOrder || heldThrough(one, job, second, first))) return;
  const from = Math.min(invNs[first] as number, invNs[second] as number);
  const to = Math.max(retNs[first] as number, retNs[second] as number);
  if (mayBeFreedWithin(one, job, from, to)) return;
  const { endMs, by } = held;
  const term =
    endMs === Number.POSITIVE_INFINITY
      ? "under a lease that its worker renews"
      : by === first
        ? `under a lease of ${leaseOf(one, by)} ms`
        : `${operations.retMs(second) - operations.invMs(by)} ms after it was renewed for ${leaseOf(one, by)} ms`;
  findings.violation({
    job,
    message: `job ${one.id(job)} was claimed as attempt ${attempt[first]} and as attempt ${attempt[second]}, ${term}, and nothing can have freed it between`,
    events: [...new Set([first, by, second])].map((row) => event[row] as number),
  });
}

/** The term of a claim that certainly still ran when another was answered, if the other came after it; else null. */
function heldThrough(one: Case, job: number, claim: number, other: number): HeldUntil | null {
  const { epsMs, seesSettles } = one.facts.promises;
  const timeoutMs = seesSettles ? Number.POSITIVE_INFINITY : (one.facts.timeoutMs[job] as number);
  const held = certainlyHeldUntil(one, job, claim, other);
  const endMs = Math.min(held.endMs, one.operations.invMs(claim) + timeoutMs);
  return one.operations.retMs(other) < endMs - epsMs ? held : null;
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
