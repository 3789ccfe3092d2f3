/** D8: a run's status or counts contradict its members. */
import type { Case } from "../history/case.ts";
import { isEnd, KIND, SEEN, SEEN_NAMES, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { eachJob } from "../history/operations.ts";
import { mayBeReopened, purgedJobs } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { isUnended } from "./stale-rows.ts";

/** See the file's head. */
export const runStatus: Check = {
  id: "D8",
  title: "run status against its members",
  class: "S",
  meaning: "somebody who waits for a run is told too early, or never",
  rule: "a run is told as ended while a member certainly lives, or the other way round at rest; or its counts are not those of its members",
  run(one, findings) {
    const rows = one.operations
      .ofKind(KIND.readRun)
      .filter((event) => one.operations.typeOf(event) === TYPE.ok);
    if (rows.length === 0) return;
    endedEarly(one, rows, findings);
    atRest(one, rows, findings);
  },
};

/** Whether a row tells the run's status; else it tells how many members are in a state. */
function isStatus({ history }: Case, event: number): boolean {
  const start = history.start[event] as number;
  const before = history.start[event - 1];
  return event - 1 === start || before !== start;
}

/** A run was told to have ended, and a member certainly had not. */
function endedEarly(one: Case, rows: Int32Array, findings: Findings): void {
  const { history, operations, facts } = one;
  const endOf = new Map<number, number>();
  for (const event of rows) {
    const run = history.value[event] as number;
    const ended = isStatus(one, event) && isEnd(history.state[event] as number);
    if (ended && !endOf.has(run)) endOf.set(run, event);
  }
  if (endOf.size === 0) return;
  eachJob(operations, (job, from, to) => {
    const told = facts.knows(job) ? endOf.get(facts.run[job] as number) : undefined;
    if (told === undefined) return;
    if (operations.invOf(facts.op[job] as number) > operations.retOf(told)) return;
    const row = aliveAfter(one, job, told, from, to);
    if (row < 0) return;
    findings.violation({
      job,
      message: `run ${facts.run[job]} had ended, and its job ${one.id(job)} had not`,
      events: [told, operations.event[row] as number],
    });
  });
}

/** A row that shows the job alive after its run was told to have ended, with no reason for it; else -1. */
function aliveAfter(one: Case, job: number, told: number, from: number, to: number): number {
  const { operations } = one;
  const [begun, toldNs] = [operations.invOf(told), operations.retOf(told)];
  for (let row = from; row < to; row++) {
    if (!isAlive(one, row) || (operations.invNs[row] as number) <= toldNs) continue;
    const seenNs = operations.retNs[row] as number;
    const excused =
      one.unnamed.crashes.within(begun, seenNs) || mayBeReopened(one, job, begun, seenNs);
    return excused ? -1 : row;
  }
  return -1;
}

function isAlive(one: Case, row: number): boolean {
  const { kind, type } = one.operations;
  return (kind[row] === KIND.claim && type[row] === TYPE.ok) || isUnended(one, row);
}

/** At rest, status and counts must be those of the members. */
function atRest(one: Case, rows: Int32Array, findings: Findings): void {
  const { history, operations, final, facts } = one;
  if (final.op < 0 || !facts.promises.drained || one.unnamed.purges.count > 0) return;
  const members = membersByRun(one);
  purgedJobs(one).forEach((purged, job) => {
    if (purged === 1 && facts.knows(job)) members.delete(facts.run[job] as number);
  });
  for (const event of rows) {
    if (operations.invOf(event) < final.invNs) continue;
    const run = history.value[event] as number;
    const counts = members.get(run);
    if (counts === undefined) continue;
    const state = history.state[event] as number;
    const fault = isStatus(one, event)
      ? statusFault(state, counts)
      : countFault(state, history.attempt[event] as number, counts);
    if (fault !== null)
      findings.violation({ message: `run ${run} ${fault}`, events: [final.op, event] });
  }
}

function statusFault(state: number, counts: Int32Array): string | null {
  const alive = counts.slice(0, SEEN.done).reduce((sum, count) => sum + count, 0);
  if (alive === 0 && !isEnd(state)) return "has no live member, and has not ended";
  if (alive > 0 && isEnd(state)) return `has ended, and ${alive} of its members have not`;
  return null;
}

function countFault(state: number, told: number, counts: Int32Array): string | null {
  const actual = counts[state] as number;
  return told === actual
    ? null
    : `is told to have ${told} ${SEEN_NAMES[state]} members, and has ${actual}`;
}

/** Members by state, of each run, in the last read of all jobs. */
function membersByRun({ history, facts, final }: Case): Map<number, Int32Array> {
  const byRun = new Map<number, Int32Array>();
  for (let job = 0; job < history.jobs.size; job++) {
    const event = final.event[job] as number;
    const run = facts.knows(job) ? (facts.run[job] as number) : 0;
    if (event < 0 || run === 0 || history.job[event] === NOBODY) continue;
    let counts = byRun.get(run);
    if (counts === undefined) {
      counts = new Int32Array(SEEN_NAMES.length);
      byRun.set(run, counts);
    }
    const state = history.state[event] as number;
    counts[state] = (counts[state] as number) + 1;
  }
  return byRun;
}
