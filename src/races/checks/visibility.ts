/** V1 and V2: a read that misses what was stored before it began, and one reader for whom time goes back. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { eachJob } from "../history/operations.ts";
import { mayBePurged, mayBeReopened } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { acceptance } from "./lost-job.ts";
import { isEnded, isRead, isUnended, showsEndAgain } from "./stale-rows.ts";

const NS_PER_MS = 1e6;

/** V1: what a later read shows, an earlier one missed although it was stored already. */
export const staleRead: Check = {
  id: "V1",
  title: "stale read",
  class: "S",
  meaning: "somebody acts on what was true some time ago",
  rule: "a read misses what was stored before it began, and a later one shows it",
  run(one, findings) {
    missedJobs(one, findings);
    missedEnds(one, findings);
  },
};

/** Reads of all jobs that lack one which was accepted before they began; the last read's are J1. */
function missedJobs(one: Case, findings: Findings): void {
  const { operations, history, final } = one;
  const accepted = acceptedJobs(one);
  const seenIn = new Int32Array(history.jobs.size).fill(-1);
  const finish = (read: number): void => {
    if (read < 0 || read === final.op) return;
    for (const { job, event, ns } of accepted) {
      if (ns >= (history.timeNs[read] as number)) return;
      if (seenIn[job] === read || isExcused(one, job, read)) continue;
      findings.violation({
        job,
        message: `job ${one.id(job)} was accepted before a read of all jobs began, and the read misses it`,
        events: [event, read],
      });
    }
  };
  let read = -1;
  for (const event of operations.ofKind(KIND.readAll)) {
    if (operations.typeOf(event) !== TYPE.ok) continue;
    if (history.start[event] !== read) finish(read);
    read = history.start[event] as number;
    const job = history.job[event] as number;
    if (job !== NOBODY && history.state[event] !== SEEN.absent) seenIn[job] = read;
  }
  finish(read);
}

/** Jobs that the last read has, in the order in which they were accepted. */
function acceptedJobs(one: Case): { job: number; event: number; ns: number }[] {
  const found: { job: number; event: number; ns: number }[] = [];
  // The last read's own gaps are J1; without an earlier one there is nothing to miss.
  const reads = one.operations.ofKind(KIND.readAll);
  if (reads.length === 0 || one.history.start[reads[0] as number] === one.final.op) return found;
  for (let job = 0; job < one.history.jobs.size; job++) {
    if (!one.facts.knows(job) || (one.final.event[job] as number) < 0) continue;
    const event = acceptance(one, job);
    if (event >= 0) found.push({ job, event, ns: one.operations.retOf(event) });
  }
  return found.sort((a, b) => a.ns - b.ns);
}

function isExcused(one: Case, job: number, read: number): boolean {
  const crashed = one.unnamed.crashes.within(0, one.history.timeNs[read] as number);
  return crashed || mayBePurged(one, job, Number.POSITIVE_INFINITY);
}

/** Rows that show a job alive after its end, while a later one shows it ended without another claim. */
function missedEnds(one: Case, findings: Findings): void {
  const { operations } = one;
  const { invNs, retNs, event } = operations;
  let latestNs = 0;
  eachJob(operations, (job, from, to) => {
    const end = firstEnd(one, from, to);
    for (let row = end + 1; end >= 0 && row < to; row++) {
      if (!isStale(one, job, end, row)) continue;
      latestNs = Math.max(latestNs, (invNs[row] as number) - (retNs[end] as number));
      findings.violation({
        job,
        message: `job ${one.id(job)} had ended, and a later read shows it alive, which a read after that takes back`,
        events: [event[end] as number, event[row] as number],
      });
      return;
    }
  });
  findings.statistic("stale for at most, ms", latestNs / NS_PER_MS);
}

/** The row that first tells the job's end: an ack, or a read. */
function firstEnd(one: Case, from: number, to: number): number {
  const { kind, type } = one.operations;
  for (let row = from; row < to; row++)
    if ((kind[row] === KIND.ack && type[row] === TYPE.ok) || isEnded(one, row)) return row;
  return -1;
}

function isStale(one: Case, job: number, end: number, row: number): boolean {
  const { invNs, retNs } = one.operations;
  if (!isUnended(one, row) || !showsEndAgain(one, job, row)) return false;
  const [from, to] = [invNs[end] as number, retNs[row] as number];
  if ((retNs[end] as number) >= (invNs[row] as number)) return false;
  return !mayBeReopened(one, job, from, to) && !one.unnamed.crashes.within(from, to);
}

/** V2: for one worker or client, the version of a job or of the whole log goes back. */
export const backwardsRead: Check = {
  id: "V2",
  title: "reads go back in time",
  class: "S",
  meaning: "a caller that has seen a job end sees it alive again",
  rule: "one reader sees an older version of a job after a newer one",
  run(one, findings) {
    const { operations, history } = one;
    const versionOf = (event: number): number => history.value[event] as number;
    eachJob(operations, (job, from, to) => {
      const newest = new Map<number, number>();
      for (let row = from; row < to; row++) {
        const event = operations.event[row] as number;
        if (!isRead(one, row) || versionOf(event) === 0) continue;
        judge(one, newest, event, `job ${one.id(job)}`, findings);
      }
    });
    const newest = new Map<number, number>();
    for (const event of operations.ofKind(KIND.read))
      if (history.job[event] === NOBODY && versionOf(event) > 0)
        judge(one, newest, event, "the log", findings);
  },
};

/** `newest` by worker: the read with the highest version of those that have been answered. */
function judge(
  one: Case,
  newest: Map<number, number>,
  event: number,
  what: string,
  findings: Findings,
): void {
  const { history, operations } = one;
  const proc = history.proc[event] as number;
  const before = newest.get(proc);
  const version = history.value[event] as number;
  if (before === undefined || version >= (history.value[before] as number)) {
    newest.set(proc, event);
    return;
  }
  const inOrder = operations.retOf(before) < operations.invOf(event);
  if (!inOrder || one.unnamed.crashes.within(operations.invOf(before), operations.retOf(event)))
    return;
  findings.violation({
    ...(history.job[event] === NOBODY ? {} : { job: history.job[event] as number }),
    message: `${history.who(proc)} saw ${what} at version ${history.value[before]}, and later at version ${version}`,
    events: [before, event],
  });
}
