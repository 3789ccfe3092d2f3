/** F4: a worker rested for longer than its poll while a job was certainly ready. */
import type { Case } from "../history/case.ts";
import { KIND } from "../history/event.ts";
import { readiness } from "../history/readiness.ts";
import { ServedQueues } from "../history/served-queues.ts";
import type { Check } from "./check.ts";

/** See the file's head. */
export const missedWake: Check = {
  id: "F4",
  title: "missed wake-up",
  class: "L",
  meaning: "work and a worker wait for each other",
  rule: "a worker rests for longer than its poll while a job of its queues is certainly ready",
  run(one, findings) {
    const { history } = one;
    if (one.operations.ofKind(KIND.idle).length === 0) return;
    const rests = restsOf(one);
    if (rests.length === 0 || one.unnamed.clocks.count > 0) return;
    const { pollMs, epsMs } = one.facts.promises;
    const boundMs = pollMs + epsMs;
    const queues = new ServedQueues(one);
    for (const { job, fromMs, toMs, event } of readyJobs(one, boundMs)) {
      for (const rest of rests) {
        const overlapMs = Math.min(toMs, rest.toMs) - Math.max(fromMs, rest.fromMs);
        if (overlapMs <= boundMs || !queues.has(rest.event, job)) continue;
        findings.violation({
          job,
          message: `${history.who(history.proc[rest.event] as number)} rested for ${overlapMs} ms while job ${one.id(job)} was ready, and its poll is ${pollMs} ms`,
          events: [event, rest.event].sort((a, b) => a - b),
        });
        break;
      }
    }
  },
};

interface Rest {
  readonly event: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rests longer than a poll: from a worker's note to its next event. */
function restsOf({ history, facts }: Case): Rest[] {
  const rests: Rest[] = [];
  const resting = new Map<number, number>();
  const end = (event: number, toMs: number): void => {
    const fromMs = history.engineMs[event] as number;
    if (toMs - fromMs > facts.promises.pollMs) rests.push({ event, fromMs, toMs });
  };
  for (let event = 0; event < history.length; event++) {
    const proc = history.proc[event] as number;
    const rest = resting.get(proc);
    if (rest !== undefined) end(rest, history.engineMs[event] as number);
    resting.delete(proc);
    if (history.kind[event] === KIND.crash || history.kind[event] === KIND.stall) resting.clear();
    if (history.kind[event] === KIND.idle) resting.set(proc, event);
  }
  return rests;
}

interface ReadyJob extends Rest {
  readonly job: number;
}

/** Jobs that were certainly ready for longer than a bound, behind no limit. */
function readyJobs(one: Case, boundMs: number): ReadyJob[] {
  const { history, facts } = one;
  const { fromNs, toNs } = readiness(one);
  const lastNs = history.timeNs[history.length - 1] ?? 0;
  const found: ReadyJob[] = [];
  for (let job = 0; job < fromNs.length; job++) {
    const from = fromNs[job] as number;
    const to = Math.min(toNs[job] as number, lastNs);
    if (from >= to || behindLimit(one, job)) continue;
    const [fromMs, toMs] = [msAt(one, from, true), msAt(one, to, false)];
    if (toMs - fromMs > boundMs) found.push({ job, fromMs, toMs, event: facts.op[job] as number });
  }
  return found;
}

function behindLimit(one: Case, job: number): boolean {
  const { facts } = one;
  const queue = facts.queues.at(facts.queue[job] as number);
  return queue in facts.promises.concurrency || facts.promises.mayWait.includes(one.id(job));
}

/** The engine's clock at a time: of the first event after it, or the last before it. */
function msAt({ history }: Case, ns: number, after: boolean): number {
  let low = 0;
  let high = history.length - 1;
  while (low < high) {
    const middle = after ? (low + high) >>> 1 : (low + high + 1) >>> 1;
    const time = history.timeNs[middle] as number;
    if (after ? time >= ns : time > ns) high = after ? middle : middle - 1;
    else low = after ? middle + 1 : middle;
  }
  return history.engineMs[low] as number;
}
