/**
 * J4: everything has come to rest, and a job has not ended. What waits for a job that is stuck itself is
 * not told: it is a consequence.
 */
import type { Case } from "../history/case.ts";
import { isEnd, KIND, SEEN, TYPE } from "../history/event.ts";
import { LOG_STATE } from "../history/job-log.ts";
import { mayBePurged } from "../history/possible-ends.ts";
import { mayRun, maySkip, WAY } from "../history/trigger-table.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const stuckJob: Check = {
  id: "J4",
  title: "stuck job",
  class: "L",
  meaning: "a job waits for ever, and with it all that depends on it",
  rule: "at rest a job has not ended and nothing that is allowed to hold it does: a zombie, a lost wake-up, a skip that was not passed on, or a delay that is over",
  log: "too",
  run(one, findings) {
    const { final, facts, history } = one;
    if (final.op < 0 || !facts.promises.drained) return;
    const mayWait = new Set(facts.promises.mayWait);
    for (let job = 0; job < history.jobs.size; job++) {
      const event = final.event[job] as number;
      if (event < 0 || isEnd(history.state[event] as number) || mayWait.has(one.id(job))) continue;
      const subclass = subclassOf(one, job, history.state[event] as number);
      if (subclass !== null) tell(one, job, subclass, findings);
    }
  },
};

function tell(one: Case, job: number, subclass: string, findings: Findings): void {
  const { final, graph, history } = one;
  const event = final.event[job] as number;
  const parents = [...graph.parentsOf(job)].map((parent) => final.event[parent] as number);
  findings.violation({
    job,
    subclass,
    message: `job ${one.id(job)} is stuck (${subclass}): nothing is left to do, and it is ${history.state[event] === SEEN.claimed ? "still claimed" : "still waiting"}`,
    events: [...lastCall(one, job), ...parents, event].filter((at) => at >= 0),
  });
}

/** The last thing that happened to the job before the last read. */
function lastCall({ operations, final }: Case, job: number): number[] {
  for (
    let row = (operations.first[job + 1] as number) - 1;
    row >= (operations.first[job] as number);
    row--
  ) {
    const kind = operations.kind[row];
    if (kind !== KIND.read && kind !== KIND.readAll && (operations.event[row] as number) < final.op)
      return [operations.event[row] as number];
  }
  return [];
}

/** In which way it is stuck; null where it may wait, or waits for another that is stuck. */
function subclassOf(one: Case, job: number, state: number): string | null {
  switch (state) {
    case SEEN.claimed:
      return "zombie";
    case SEEN.delayed:
      return isOverdue(one, job) ? "overdue delayed" : null;
    case SEEN.expanded:
      return waitsForNobody(one, job) ? "unfinished expansion" : null;
    default:
      return waitingClass(one, job);
  }
}

function waitingClass(one: Case, job: number): string | null {
  const { facts, final, history, unnamed, graph } = one;
  if (unnamed.pauses.count > 0 || !facts.knows(job)) return null;
  if ((facts.runAtMs[job] as number) > final.invMs) return null;
  const ways: number[] = [];
  for (const parent of graph.parentsOf(job)) {
    const event = final.event[parent] as number;
    // A parent that a purge took is D9's question.
    if (event < 0) return null;
    ways.push(wayOf(history.state[event] as number));
  }
  if (ways.some((way) => way === WAY.pending)) return null;
  if (!maySkip(facts.rule[job] as number, ways)) return "lost wakeup";
  return mayRun(facts.rule[job] as number, ways) ? "undecided" : "unpropagated skip";
}

/** A skip because of a failure counts as failed, and a state does not tell it from another. */
function wayOf(state: number): number {
  if (state === SEEN.done) return WAY.done;
  if (state === SEEN.skipped) return WAY.failed | WAY.skipped;
  return isEnd(state) ? WAY.failed : WAY.pending;
}

/** Whether it is certain that the job was due. */
function isOverdue(one: Case, job: number): boolean {
  const { log, final } = one;
  for (let row = (log?.length ?? 0) - 1; row >= 0; row--)
    if (log?.job[row] === job)
      return log.state[row] !== LOG_STATE.delayed || (log.atMs[row] as number) < final.invMs;
  return dueByCalls(one, job) + one.facts.promises.epsMs < final.invMs;
}

/** When the calls make the job due at the latest; `Infinity` where the queue chose how long it backs off. */
function dueByCalls({ facts, operations, history }: Case, job: number): number {
  let dueMs = facts.knows(job) ? (facts.runAtMs[job] as number) : Number.POSITIVE_INFINITY;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    const kind = operations.kind[row];
    if (operations.type[row] === TYPE.fail) continue;
    const unseen = kind === KIND.execEnd && !facts.promises.seesSettles;
    if (kind === KIND.failAttempt || unseen) return Number.POSITIVE_INFINITY;
    if (kind !== KIND.nack) continue;
    const delayMs = history.value[operations.event[row] as number] as number;
    dueMs = operations.retMs(row) + delayMs;
  }
  return dueMs;
}

/** Whether all of the job's sub-run has ended. */
function waitsForNobody(one: Case, job: number): boolean {
  const { operations, history, facts, final } = one;
  let run = 0;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  )
    if (operations.kind[row] === KIND.expand && operations.type[row] === TYPE.ok)
      run = history.value[operations.event[row] as number] as number;
  if (run === 0 || mayBePurged(one, job, Number.POSITIVE_INFINITY)) return false;
  let members = 0;
  for (let member = 0; member < history.jobs.size; member++) {
    if (!facts.knows(member) || facts.run[member] !== run) continue;
    const event = final.event[member] as number;
    if (event < 0 || !isEnd(history.state[event] as number)) return false;
    members++;
  }
  return members > 0;
}
