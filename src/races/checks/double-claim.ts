/** O1: two claims of one job, while nothing can have ended the first and its lease still ran. */
import { KIND, TYPE } from "../history/event.ts";
import { mayEndBetween } from "../history/possible-ends.ts";
import type { Check, CheckInput, Findings } from "./check.ts";

/** See the file's head. */
export const doubleClaim: Check = {
  id: "O1",
  title: "double claim",
  class: "S",
  meaning: "two workers run the same job at the same time",
  run(input, findings) {
    const { first, kind, type } = input.operations;
    for (let job = 0; job + 1 < first.length; job++) {
      let before = -1;
      const end = first[job + 1] as number;
      for (let row = first[job] as number; row < end; row++) {
        if (kind[row] !== KIND.claim || type[row] !== TYPE.ok) continue;
        if (before >= 0) compare(input, job, before, row, findings);
        before = row;
      }
    }
  },
};

function compare(
  input: CheckInput,
  job: number,
  one: number,
  other: number,
  findings: Findings,
): void {
  const { operations, facts, history } = input;
  const { invMs, retMs, event } = operations;
  const leaseMs = (history.value[event[one] as number] as number) || facts.promises.leaseMs;
  const firstMs = Math.min(invMs[one] as number, invMs[other] as number);
  const lastMs = Math.max(retMs[one] as number, retMs[other] as number);
  if (lastMs >= firstMs + leaseMs - facts.promises.epsMs) return;
  if (mayEndBetween(input, job, one, other)) return;
  findings.violation({
    job,
    message: `job ${history.jobId(job)} was claimed as attempt ${operations.attempt[one]} and as attempt ${operations.attempt[other]} within ${lastMs - firstMs} ms, under a lease of ${leaseMs} ms, and nothing can have freed it between`,
    events: [event[one] as number, event[other] as number],
  });
}
