/** O3: attempts of a job must grow with each claim; a token that comes twice fences nobody. */
import { KIND, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import type { Check, CheckInput, Findings } from "./check.ts";

/** See the file's head. */
export const tokenReuse: Check = {
  id: "O3",
  title: "token reused or gone back",
  class: "S",
  meaning: "a worker that lost its job could still end it, because its token is valid again",
  run(input, findings) {
    if (input.log !== null) inLog(input, findings);
    const { first, kind, type } = input.operations;
    for (let job = 0; job + 1 < first.length; job++) {
      let highest = -1;
      const end = first[job + 1] as number;
      for (let row = first[job] as number; row < end; row++) {
        if (kind[row] !== KIND.claim || type[row] !== TYPE.ok) continue;
        if (highest >= 0) compare(input, job, highest, row, findings);
        if (highest < 0 || attempts(input, row) >= attempts(input, highest)) highest = row;
      }
    }
  },
};

function attempts({ operations }: CheckInput, row: number): number {
  return operations.attempt[row] as number;
}

/** The earlier answer has the highest attempt so far. Two claims that overlap may have happened in either order. */
function compare(
  input: CheckInput,
  job: number,
  earlier: number,
  later: number,
  findings: Findings,
): void {
  const { operations, history } = input;
  const [old, attempt] = [attempts(input, earlier), attempts(input, later)];
  const inOrder = (operations.retNs[earlier] as number) < (operations.invNs[later] as number);
  if (attempt > old || (attempt < old && !inOrder)) return;
  findings.violation({
    job,
    message: `job ${history.jobId(job)} was claimed as attempt ${attempt} after a claim as attempt ${old}`,
    events: [operations.event[earlier] as number, operations.event[later] as number],
  });
}

function inLog({ log, history }: CheckInput, findings: Findings): void {
  if (log === null) return;
  const last = new Int32Array(history.jobs.size).fill(-1);
  for (let row = 0; row < log.length; row++) {
    if (log.state[row] !== LOG_STATE.claimed) continue;
    const job = log.job[row] as number;
    const before = last[job] as number;
    last[job] = row;
    if (before < 0 || (log.attempt[row] as number) > (log.attempt[before] as number)) continue;
    findings.violation({
      job,
      message: `job ${history.jobId(job)}: the log has attempt ${log.attempt[row]} after attempt ${log.attempt[before]}`,
      events: [],
      log: [before, row],
    });
  }
}
