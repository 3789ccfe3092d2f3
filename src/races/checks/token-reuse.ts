/** O3: attempts of a job must grow with each claim; a token that comes twice fences nobody. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { eachJob } from "../history/operations.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const tokenReuse: Check = {
  id: "O3",
  title: "token reused or gone back",
  class: "S",
  meaning: "a worker that lost its job could still end it, because its token is valid again",
  rule: "the attempt numbers of a job's claims do not grow from claim to claim",
  log: "too",
  run(one, findings) {
    inLog(one, findings);
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      let highest = -1;
      for (let row = from; row < to; row++) {
        if (operations.kind[row] !== KIND.claim || operations.type[row] !== TYPE.ok) continue;
        if (highest >= 0) compare(one, job, highest, row, findings);
        const attempt = operations.attempt[row] as number;
        if (highest < 0 || attempt >= (operations.attempt[highest] as number)) highest = row;
      }
    });
  },
};

/** `earlier` was answered first, with the highest attempt so far. Claims that overlap may have happened in either order. */
function compare(one: Case, job: number, earlier: number, later: number, findings: Findings): void {
  const { attempt, retNs, invNs, event } = one.operations;
  const [old, now] = [attempt[earlier] as number, attempt[later] as number];
  const inOrder = (retNs[earlier] as number) < (invNs[later] as number);
  if (now > old || (now < old && !inOrder)) return;
  findings.violation({
    job,
    message: `job ${one.id(job)} was claimed as attempt ${now} after a claim as attempt ${old}`,
    events: [event[earlier] as number, event[later] as number],
  });
}

function inLog(one: Case, findings: Findings): void {
  const { log } = one;
  if (log === null) return;
  const last = new Int32Array(one.history.jobs.size).fill(-1);
  for (let row = 0; row < log.length; row++) {
    if (log.state[row] !== LOG_STATE.claimed) continue;
    const job = log.job[row] as number;
    const before = last[job] as number;
    last[job] = row;
    if (before < 0 || (log.attempt[row] as number) > (log.attempt[before] as number)) continue;
    findings.violation({
      job,
      message: `job ${one.id(job)}: the log has a claim as attempt ${log.attempt[row]} after one as attempt ${log.attempt[before]}`,
      events: [],
      log: [before, row],
    });
  }
}
