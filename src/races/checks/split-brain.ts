/** V5: two processes have one database open at once, or what they show at rest is not the same. */
import type { Case } from "../history/case.ts";
import { CHANGES_NOTHING, KIND, SEEN_NAMES, TYPE } from "../history/event.ts";
import type { Check, Findings } from "./check.ts";

/** See the file's head. */
export const splitBrain: Check = {
  id: "V5",
  title: "split brain",
  class: "S",
  meaning: "two processes each believe that they own the queue, and one of them loses its work",
  rule: "a queue is opened while another process certainly has it open, or two readers at rest do not see the same",
  run(one, findings) {
    if (one.facts.promises.oneOpener) openTwice(one, findings);
    divergence(one, findings);
  },
};

/** An open that succeeded while another certainly held the file. */
function openTwice(one: Case, findings: Findings): void {
  const { operations, history } = one;
  const opens = operations.ofKind(KIND.open).filter((at) => operations.typeOf(at) === TYPE.ok);
  for (let n = 1; n < opens.length; n++) {
    const [before, now] = [opens[n - 1] as number, opens[n] as number];
    if (mayHaveClosed(one, before, operations.retOf(now))) continue;
    findings.violation({
      message: `${history.who(history.proc[now] as number)} opened the queue while ${history.who(history.proc[before] as number)} had it open`,
      events: [before, now],
    });
  }
}

/** Whether the one who opened may have closed, or died, before a time. */
function mayHaveClosed({ operations, history }: Case, open: number, ns: number): boolean {
  const from = operations.invOf(open);
  return [KIND.close, KIND.crash, KIND.shutdown, KIND.restart].some((kind) =>
    operations.ofKind(kind).some((event) => {
      const mine = kind === KIND.crash || history.proc[event] === history.proc[open];
      const inTime = operations.invOf(event) <= ns && operations.retOf(event) >= from;
      return mine && inTime && operations.typeOf(event) !== TYPE.fail;
    }),
  );
}

/** Reads of all jobs after the last write, that do not show the same. */
function divergence(one: Case, findings: Findings): void {
  const { operations, history, final } = one;
  if (final.op < 0) return;
  const restNs = lastWriteNs(one);
  const shown = new Map<number, number>();
  for (const event of operations.ofKind(KIND.readAll)) {
    if (operations.typeOf(event) !== TYPE.ok || operations.invOf(event) <= restNs) continue;
    const op = history.start[event] as number;
    shown.set(op, ((shown.get(op) ?? 0) + rowHash(one, event)) | 0);
  }
  const [first, ...others] = [...shown];
  for (const [op, hash] of others) {
    if (first === undefined || hash === first[1] || history.proc[op] === history.proc[first[0]])
      continue;
    findings.violation({
      message: `at rest, workers ${history.proc[first[0]]} and ${history.proc[op]} do not see the same jobs`,
      events: [first[0], op],
    });
    return;
  }
}

function lastWriteNs(one: Case): number {
  const { history } = one;
  let last = Number.NEGATIVE_INFINITY;
  for (let event = 0; event < history.length; event++)
    if (!CHANGES_NOTHING.has(history.kind[event] as number))
      last = Math.max(last, endOf(one, event));
  return last;
}

/** What a killed process had asked for has come to an end with it. */
function endOf({ operations, unnamed }: Case, event: number): number {
  const ret = operations.retOfAny(event);
  return ret < Number.POSITIVE_INFINITY ? ret : unnamed.crashes.firstAfter(operations.invOf(event));
}

/** Added up over the rows of a read, in any order: equal for equal reads. */
function rowHash({ history }: Case, event: number): number {
  const job = history.job[event] as number;
  const state =
    (history.attempt[event] as number) * SEEN_NAMES.length + (history.state[event] as number);
  const mixed = Math.imul(job + 2, 0x9e3779b1) ^ Math.imul(state + 1, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
}
