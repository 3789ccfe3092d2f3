/** C5 and C6: what a kill interrupted comes back late, or the database does not open, or says it is well when it is not. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { eachJob, isSettle } from "../history/operations.ts";
import { mayBeFreedWithin } from "../history/possible-ends.ts";
import { ServedQueues } from "../history/served-queues.ts";
import type { Check, Findings } from "./check.ts";

/** C5; see the file's head. */
export const slowRecovery: Check = {
  id: "C5",
  title: "slow recovery",
  class: "L",
  meaning: "after a kill, work stands still for longer than was promised",
  rule: "after a kill and the term in which an orphan must come back, a worker asks for work in vain while nothing else is in flight",
  run(one, findings) {
    if (one.unnamed.crashes.count === 0 || one.unnamed.clocks.count > 0) return;
    const idle = idleClaims(one);
    if (idle.length === 0) return;
    const vain: VainClaims = { events: idle, queues: new ServedQueues(one) };
    const { kind, type } = one.operations;
    eachJob(one.operations, (job, from, to) => {
      let orphan = -1;
      for (let row = from; row < to; row++) {
        if (kind[row] !== KIND.claim || type[row] !== TYPE.ok) continue;
        if (orphan >= 0) judge(one, job, orphan, row, vain, findings);
        orphan = row;
      }
    });
  },
};

/** Claims that found nothing while nothing was in flight, and what they asked. */
interface VainClaims {
  readonly events: readonly number[];
  readonly queues: ServedQueues;
}

/** Somebody asked for work of its queue after the term, got nothing, and nothing was in flight: the orphan was not to be had. */
function judge(
  one: Case,
  job: number,
  orphan: number,
  next: number,
  { events, queues }: VainClaims,
  findings: Findings,
): void {
  const { operations, history, facts } = one;
  const crash = crashOf(one, job, orphan, next);
  if (crash < 0) return;
  const { recoveryMs, epsMs } = facts.promises;
  const dueMs = (history.engineMs[crash] as number) + recoveryMs + epsMs;
  const begun = operations.invNs[next] as number;
  const vain = events.find((event) => {
    if (!queues.has(event, job)) return false;
    const asked = history.start[event] as number;
    const late = (history.engineMs[asked] as number) > dueMs && asked > crash;
    return late && operations.retOf(event) < begun;
  });
  if (vain === undefined) return;
  findings.violation({
    job,
    message: `job ${one.id(job)} was claimed when its process was killed, and more than ${recoveryMs} ms later a worker that asked for work did not get it`,
    events: [operations.event[orphan] as number, crash, vain, operations.event[next] as number],
  });
}

/** Claims that found nothing while nothing can have been in flight. */
function idleClaims(one: Case): number[] {
  const { history } = one;
  const found: number[] = [];
  const flying = new Set<number>();
  for (let event = 0; event < history.length; event++) {
    if (history.kind[event] === KIND.crash) flying.clear();
    else if (history.kind[event] === KIND.claim) flyClaim(one, flying, event, found);
    else if (endsFlight(one, event)) flying.delete(history.job[event] as number);
  }
  return found;
}

function endsFlight({ history, operations }: Case, event: number): boolean {
  return isSettle(history.kind[event] as number) && operations.typeOf(event) === TYPE.ok;
}

/** A call may take any job until it is answered, and then holds what it took. */
function flyClaim({ history }: Case, flying: Set<number>, event: number, found: number[]): void {
  if (history.type[event] === TYPE.invoke) {
    flying.add(-1 - event);
    return;
  }
  flying.delete(-1 - (history.start[event] as number));
  const vain = history.type[event] === TYPE.ok && history.job[event] === NOBODY;
  if (!vain) flying.add(history.job[event] as number);
  else if (flying.size === 0) found.push(event);
}

/** The kill that interrupted a claim which nothing else can have ended before the next one; else -1. */
function crashOf(one: Case, job: number, claim: number, next: number): number {
  const { operations } = one;
  const [from, to] = [operations.retNs[claim] as number, operations.invNs[next] as number];
  for (const event of operations.ofKind(KIND.crash)) {
    const ns = operations.invOf(event);
    if (ns <= from || ns >= to) continue;
    return mayBeFreedWithin(one, job, operations.invNs[claim] as number, ns - 1) ? -1 : event;
  }
  return -1;
}

/** C6; see the file's head. */
export const reopenFailure: Check = {
  id: "C6",
  title: "reopen failed, or a dead database that seems alive",
  class: "D",
  meaning: "the queue does not come back, or answers from a database that is gone",
  rule: "the database does not open again after a kill, or a call succeeds on one that is known to be dead",
  run(one, findings) {
    const { operations, history } = one;
    for (const kind of [KIND.restart, KIND.open])
      for (const event of operations.ofKind(kind)) {
        const afterCrash = one.unnamed.crashes.within(0, operations.invOf(event));
        const failed = operations.typeOf(event) === TYPE.fail;
        if (!failed || (kind === KIND.open && !afterCrash)) continue;
        findings.violation({
          subclass: "reopen",
          message: "the database was not opened again after a kill",
          events: [...lastCrash(one, event), event],
        });
      }
    for (const dead of operations.ofKind(KIND.invalidated)) {
      const alive = firstSuccess(one, dead);
      if (alive < 0) continue;
      findings.violation({
        subclass: "hidden invalidation",
        message: `the database was dead, and ${history.who(history.proc[alive] as number)} was told that its call had succeeded`,
        events: [dead, alive],
      });
    }
  },
};

function lastCrash({ operations }: Case, before: number): number[] {
  const crashes = operations.ofKind(KIND.crash).filter((event) => event < before);
  return crashes.length === 0 ? [] : [crashes[crashes.length - 1] as number];
}

/** A call that began after the database had died and succeeded before anybody opened it again; else -1. */
function firstSuccess({ operations, history }: Case, dead: number): number {
  for (let event = dead + 1; event < history.length; event++) {
    const kind = history.kind[event] as number;
    if (kind === KIND.restart || kind === KIND.open) return -1;
    const start = history.start[event] as number;
    const isCall = start !== event && kind <= KIND.redrive;
    if (isCall && start > dead && operations.typeOf(event) === TYPE.ok) return event;
  }
  return -1;
}
