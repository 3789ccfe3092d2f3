/** C3 and C4: a worker that has stopped still holds a job, or took one after it was told to stop. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { eachJob } from "../history/operations.ts";
import type { Check } from "./check.ts";
import { isRead } from "./stale-rows.ts";

/** C3; see the file's head. */
export const heldAfterShutdown: Check = {
  id: "C3",
  title: "claim not returned at shutdown",
  class: "L",
  meaning: "after a deploy, jobs wait for a lease that nobody will use",
  rule: "a worker has stopped, and a read that begins later shows a job that it held as still claimed",
  run(one, findings) {
    const { operations } = one;
    const { attempt, proc, event } = operations;
    const stopped = stops(one, KIND.shutdown);
    if (stopped.size === 0) return;
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++) {
        const claim = holderOf(one, from, row);
        const stop = claim < 0 ? undefined : stopped.get(proc[claim] as number);
        if (stop === undefined || operations.retOf(stop) >= (operations.invNs[row] as number))
          continue;
        findings.violation({
          job,
          message: `${one.history.who(proc[claim] as number)} has stopped, and job ${one.id(job)} is still claimed as its attempt ${attempt[claim]}`,
          events: [event[claim] as number, stop, event[row] as number],
        });
        return;
      }
    });
  },
};

/** The claim that a read shows as held, or -1. */
function holderOf(one: Case, from: number, read: number): number {
  const { kind, type, attempt, state } = one.operations;
  if (state[read] !== SEEN.claimed || !isRead(one, read)) return -1;
  for (let row = read - 1; row >= from; row--) {
    const isIt =
      kind[row] === KIND.claim && type[row] === TYPE.ok && attempt[row] === attempt[read];
    if (isIt) return row;
  }
  return -1;
}

/** C4; see the file's head. */
export const claimAfterStop: Check = {
  id: "C4",
  title: "claim after shutdown began",
  class: "S",
  meaning: "a process that is about to end takes work along",
  rule: "a worker claims after the call that stops it has returned",
  run(one, findings) {
    const { operations, history } = one;
    const told = stops(one, KIND.shutdown);
    for (const [proc, event] of stops(one, KIND.stopping)) told.set(proc, event);
    if (told.size === 0) return;
    for (const event of operations.ofKind(KIND.claim)) {
      const stop = told.get(history.proc[event] as number);
      const took = operations.typeOf(event) === TYPE.ok && history.job[event] !== NOBODY;
      if (stop === undefined || !took || operations.invOf(event) <= operations.retOf(stop))
        continue;
      findings.violation({
        job: history.job[event] as number,
        message: `${history.who(history.proc[event] as number)} claimed job ${one.id(history.job[event] as number)} after it had begun to stop`,
        events: [stop, event],
      });
    }
  },
};

/** The first certain event of a kind, by worker. */
function stops({ operations, history }: Case, kind: number): Map<number, number> {
  const byProc = new Map<number, number>();
  for (const event of operations.ofKind(kind)) {
    const proc = history.proc[event] as number;
    if (operations.typeOf(event) === TYPE.ok && !byProc.has(proc)) byProc.set(proc, event);
  }
  return byProc;
}
