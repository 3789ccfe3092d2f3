/**
 * F1 and F2: better jobs that were certainly ready during all of a claim, and were passed over. Better is a higher
 * priority (F1), or inside one priority a lower id (F2).
 */
import type { Case } from "../history/case.ts";
import type { Check, Findings } from "./check.ts";
import {
  bystanders,
  higherPriority,
  type IsBetter,
  olderInPriority,
  ordered,
  suspectClaims,
} from "./passed-claims.ts";

/** F1; see the file's head. */
export const priorityInversion: Check = {
  id: "F1",
  title: "priority inversion",
  class: "S",
  meaning: "urgent work waits behind routine work",
  rule: "a job is claimed while a more urgent one of its queue was certainly ready during all of the call",
  run(one, findings) {
    const { priorityBound } = one.facts.promises;
    passedOver(one, higherPriority, priorityBound, findings);
  },
};

/** F2; see the file's head. */
export const fifoDisplacement: Check = {
  id: "F2",
  title: "order inside a priority",
  class: "S",
  meaning: "who came first is not served first",
  rule: "a job is claimed while an older one of the same queue and priority was certainly ready during all of the call",
  run(one, findings) {
    const { fifoBound } = one.facts.promises;
    passedOver(one, olderInPriority, fifoBound, findings);
  },
};

function passedOver(one: Case, isBetter: IsBetter, bound: number, findings: Findings): void {
  if (bound === Number.POSITIVE_INFINITY) return;
  const { ready } = ordered(one);
  const suspects = suspectClaims(one, isBetter === higherPriority);
  let worst = 0;
  for (const event of suspects) {
    const claimed = one.history.job[event] as number;
    const better = bystanders(one, ready, event).filter((job) => isBetter(one, job, claimed));
    worst = Math.max(worst, better.length);
    const first = better[0];
    if (better.length <= bound || first === undefined) continue;
    const { facts } = one;
    findings.violation({
      job: first,
      message: `job ${one.id(claimed)} (priority ${facts.priority[claimed]}) was claimed while ${better.length} better ${better.length === 1 ? "job was" : "jobs were"} ready, job ${one.id(first)} (priority ${facts.priority[first]}) among them`,
      events: [facts.op[first] as number, event],
    });
  }
  findings.statistic(
    isBetter === higherPriority ? "most priorities passed over" : "greatest rank error",
    worst,
  );
}
