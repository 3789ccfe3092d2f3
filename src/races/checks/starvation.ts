/** F3: a job that was passed over very often, or that waited for very long, although it was ready. */
import type { Case } from "../history/case.ts";
import type { Readiness } from "../history/readiness.ts";
import type { Check } from "./check.ts";
import {
  bystanders,
  higherPriority,
  olderInPriority,
  ordered,
  suspectClaims,
} from "./passed-claims.ts";

/** F3; see the file's head. */
export const starvation: Check = {
  id: "F3",
  title: "starvation",
  class: "L",
  meaning: "one job waits while all others pass it",
  rule: "a ready job is passed over by more jobs that are no better than the bound allows, or waits for longer than it may",
  occasion: "the cases of a campaign are too small to starve anybody",
  run(one, findings) {
    const { starvationBound, maxWaitMs } = one.facts.promises;
    const { ready } = ordered(one);
    const waited = waits(one, ready, maxWaitMs);
    for (const job of waited)
      findings.violation({
        job,
        message: `job ${one.id(job)} was ready for more than ${maxWaitMs} ms, and nobody claimed it`,
        events: [one.facts.op[job] as number],
      });
    for (const [job, passers] of passersOf(one, ready)) {
      if (passers.length <= starvationBound) continue;
      findings.violation({
        job,
        message: `job ${one.id(job)} was ready while ${passers.length} jobs that were not better were claimed`,
        events: [one.facts.op[job] as number, passers[0] as number, passers.at(-1) as number],
      });
    }
  },
};

function waits({ history }: Case, ready: Readiness, maxWaitMs: number): number[] {
  if (maxWaitMs === Number.POSITIVE_INFINITY) return [];
  const endNs = history.timeNs[history.length - 1] ?? 0;
  const limitNs = maxWaitMs * NS_PER_MS;
  const late: number[] = [];
  for (let job = 0; job < ready.fromNs.length; job++) {
    const until = Math.min(endNs, ready.toNs[job] as number);
    if (until - (ready.fromNs[job] as number) > limitNs) late.push(job);
  }
  return late;
}

const NS_PER_MS = 1e6;

/** Claims that passed a better job over, by that job. */
function passersOf(one: Case, ready: Readiness): Map<number, number[]> {
  const passers = new Map<number, number[]>();
  const suspects = new Set([...suspectClaims(one, true), ...suspectClaims(one, false)]);
  for (const event of suspects) {
    const claimed = one.history.job[event] as number;
    for (const job of bystanders(one, ready, event)) {
      if (!higherPriority(one, job, claimed) && !olderInPriority(one, job, claimed)) continue;
      const list = passers.get(job);
      if (list === undefined) passers.set(job, [event]);
      else list.push(event);
    }
  }
  return passers;
}
