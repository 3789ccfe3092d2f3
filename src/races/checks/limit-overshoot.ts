/** F6: more jobs in flight than a limit allows, or more waiting after an enqueue than the queue takes. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import { leaseOf, mayBeFreeFrom } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const limitOvershoot: Check = {
  id: "F6",
  title: "limit overshoot",
  class: "S",
  meaning: "what a limit protects is overrun",
  rule: "more jobs are certainly in flight at once than a limit allows, or an enqueue is accepted beyond the cap of waiting jobs",
  run(one, findings) {
    for (const [name, most] of Object.entries(one.facts.promises.concurrency))
      inFlight(one, name, most, findings);
    if (one.facts.promises.backlog < Number.POSITIVE_INFINITY) backlog(one, findings);
  },
};

/** A change of a count at a time, with the event that made it. */
interface Change {
  readonly ns: number;
  readonly by: number;
  readonly event: number;
}

/** The changes in order of time; of those at one moment the falls first. */
function inOrder(changes: Change[]): Change[] {
  return changes.sort((a, b) => a.ns - b.ns || a.by - b.by);
}

/** Claims count from their answer to the first moment at which they may have ended. */
function inFlight(one: Case, name: string, most: number, findings: Findings): void {
  const { operations, facts, unnamed } = one;
  if (unnamed.clocks.count > 0) return;
  const changes: Change[] = [];
  eachJob(operations, (job, from, to) => {
    if (!facts.knows(job) || !isUnder(one, job, name)) return;
    for (let row = from; row < to; row++) {
      if (operations.kind[row] !== KIND.claim || operations.type[row] !== TYPE.ok) continue;
      const begun = operations.retNs[row] as number;
      const end = Math.min(
        mayBeFreeFrom(one, job, operations.invNs[row] as number),
        leaseEndNs(one, row),
      );
      const event = operations.event[row] as number;
      if (end > begun) changes.push({ ns: begun, by: 1, event }, { ns: end, by: -1, event });
    }
  });
  const running = new Set<number>();
  for (const { by, event } of inOrder(changes)) {
    if (by > 0) running.add(event);
    else running.delete(event);
    if (by < 0 || running.size <= most) continue;
    findings.violation({
      job: one.history.job[event] as number,
      message: `${running.size} jobs of ${name} were in flight at once, and its limit is ${most}`,
      events: [...running].slice(-most - 1),
    });
  }
}

function isUnder({ facts }: Case, job: number, name: string): boolean {
  const queue = facts.queues.at(facts.queue[job] as number);
  return queue === name || facts.keys.at(facts.limitKey[job] as number) === name;
}

/** When the lease of a claim may have run out first: no event before the first one at or after its end can have seen that. */
function leaseEndNs(one: Case, row: number): number {
  const { history, operations } = one;
  const endMs = operations.invMs(row) + leaseOf(one, row);
  let low = operations.event[row] as number;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history.engineMs[middle] as number) < endMs) low = middle + 1;
    else high = middle;
  }
  return low === history.length ? Number.POSITIVE_INFINITY : (history.timeNs[low] as number);
}

/** Accepted jobs wait from the answer of their enqueue to the first moment at which somebody may have taken them. */
function backlog(one: Case, findings: Findings): void {
  const { operations, facts } = one;
  const changes: Change[] = [];
  eachJob(operations, (job, from, to) => {
    if (!facts.knows(job) || one.graph.parentCount(job) > 0) return;
    const stored = storedBy(one, from, to);
    if (stored < 0) return;
    const ns = operations.retNs[stored] as number;
    const event = operations.event[stored] as number;
    const takenNs = takenFrom(one, from, to);
    if (takenNs > ns) changes.push({ ns, by: 1, event }, { ns: takenNs, by: -1, event });
  });
  let waiting = 0;
  for (const { by, event } of inOrder(changes)) {
    waiting += by;
    if (by < 0 || waiting <= facts.promises.backlog) continue;
    findings.violation({
      subclass: "backlog",
      message: `an enqueue was accepted that makes ${waiting} jobs wait, and the queue takes ${facts.promises.backlog}`,
      events: [event],
    });
    return;
  }
}

/** The enqueue that certainly stored the job, or -1; the submit of a run has no such limit. */
function storedBy({ operations }: Case, from: number, to: number): number {
  for (let row = from; row < to; row++)
    if (operations.kind[row] === KIND.enqueue && operations.type[row] === TYPE.ok) return row;
  return -1;
}

/** When somebody may first have taken the job from the queue. */
function takenFrom({ operations, unnamed }: Case, from: number, to: number): number {
  const others = [unnamed.claims, unnamed.cancels, unnamed.purges];
  let takenNs = Math.min(...others.map((effects) => effects.firstAfter(0)));
  for (let row = from; row < to; row++) {
    const kind = operations.kind[row];
    const takes = kind === KIND.claim || kind === KIND.cancel || kind === KIND.execStart;
    if (takes && operations.type[row] !== TYPE.fail)
      takenNs = Math.min(takenNs, operations.invNs[row] as number);
  }
  return takenNs;
}
