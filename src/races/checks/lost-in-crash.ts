/** C1: what was acknowledged before a kill is not there after the reopen. */
import type { Case } from "../history/case.ts";
import { isEnd, KIND, SEEN, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import { mayBePurged, mayBeReopened } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { acceptance } from "./lost-job.ts";
import { isRead } from "./stale-rows.ts";

/** See the file's head. */
export const lostInCrash: Check = {
  id: "C1",
  title: "acknowledged operation lost in a crash",
  class: "D",
  meaning: "the queue promised that something is stored, and it is not",
  rule: "what was answered before a kill is missing, or undone, after the reopen",
  run(one, findings) {
    if (one.unnamed.crashes.count === 0 || !one.facts.promises.durable) return;
    lostSubmits(one, findings);
    lostEnds(one, findings);
  },
};

function crashBetween({ operations }: Case, from: number, to: number): number {
  for (const event of operations.ofKind(KIND.crash))
    if (operations.invOf(event) > from && operations.invOf(event) < to) return event;
  return -1;
}

function lostSubmits(one: Case, findings: Findings): void {
  const { facts, history, final, operations } = one;
  if (final.op < 0) return;
  for (let job = 0; job < history.jobs.size; job++) {
    if (!facts.knows(job) || (final.event[job] as number) >= 0) continue;
    const accepted = acceptance(one, job);
    if (accepted < 0 || mayBePurged(one, job, Number.POSITIVE_INFINITY)) continue;
    const crash = crashBetween(one, operations.retOf(accepted), final.invNs);
    if (crash < 0) continue;
    findings.violation({
      job,
      message: `job ${one.id(job)} was accepted before a kill, and is gone after it`,
      events: [accepted, crash, final.op],
    });
  }
}

/** Acks and cancels that a read after the kill does not show. */
function lostEnds(one: Case, findings: Findings): void {
  const { kind, event } = one.operations;
  eachJob(one.operations, (job, from, to) => {
    const end = firstEnd(one, from, to);
    for (let row = end + 1; end >= 0 && row < to; row++) {
      const crash = lossBetween(one, job, end, row);
      if (crash < 0) continue;
      findings.violation({
        job,
        message: `job ${one.id(job)} was ${kind[end] === KIND.ack ? "acked" : "cancelled"} before a kill, and a read after it does not show that`,
        events: [event[end] as number, crash, event[row] as number],
      });
      return;
    }
  });
}

function firstEnd({ operations }: Case, from: number, to: number): number {
  const { kind, type } = operations;
  for (let row = from; row < to; row++)
    if ((kind[row] === KIND.ack || kind[row] === KIND.cancel) && type[row] === TYPE.ok) return row;
  return -1;
}

/** The kill between an end and a read that does not show it, where nothing else explains that; else -1. */
function lossBetween(one: Case, job: number, end: number, row: number): number {
  const { invNs, retNs, state } = one.operations;
  const tells = isRead(one, row) && state[row] !== SEEN.none;
  if (!tells || isEnd(state[row] as number)) return -1;
  const [from, to] = [invNs[end] as number, retNs[row] as number];
  if (state[row] === SEEN.absent && mayBePurged(one, job, to)) return -1;
  if (mayBeReopened(one, job, from, to)) return -1;
  return crashBetween(one, retNs[end] as number, invNs[row] as number);
}
