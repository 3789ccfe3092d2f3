/** C8 and C9: something is left over when all is at rest, or a call never came back. */
import type { Case } from "../history/case.ts";
import { KIND, KIND_NAMES } from "../history/event.ts";
import type { Check } from "./check.ts";

/** C8; see the file's head. */
export const leaks: Check = {
  id: "C8",
  title: "leak at rest",
  class: "L",
  meaning: "a process that runs for weeks fills up",
  rule: "at rest there is more of a resource than at the start: connections, timers, listeners, files",
  occasion: "a campaign tells a rejected promise that nobody looked at under this name",
  run(one, findings) {
    const { operations, history } = one;
    const before = new Map<number, number>();
    for (const event of operations.ofKind(KIND.resource)) {
      const name = history.payload[event] as number;
      if (history.attempt[event] === 0) {
        before.set(name, event);
        continue;
      }
      const base = before.get(name);
      const had = base === undefined ? 0 : (history.value[base] as number);
      const has = history.value[event] as number;
      if (has <= had) continue;
      findings.violation({
        subclass: history.payloads.at(name),
        message: `${history.payloads.at(name)}: ${has} at rest, ${had} at the start`,
        events: base === undefined ? [event] : [base, event],
      });
    }
  },
};

/** C9; see the file's head. */
export const hangs: Check = {
  id: "C9",
  title: "hang",
  class: "L",
  meaning: "a caller waits for ever, and never learns why",
  rule: "a call is never answered, and its caller has not died",
  occasion: "a campaign's scheduler tells under this name what never comes to an end",
  run(one, findings) {
    const { history, operations, facts } = one;
    const { hangNs } = facts.promises;
    if (hangNs === Number.POSITIVE_INFINITY) return;
    const endNs = history.timeNs[history.length - 1] ?? 0;
    for (let event = 0; event < history.length; event++) {
      const isHung =
        operations.isUnanswered(event) && endNs - (history.timeNs[event] as number) > hangNs;
      if (!isHung || diedAfter(one, event)) continue;
      findings.violation({
        ...((history.job[event] as number) < 0 ? {} : { job: history.job[event] as number }),
        message: `a ${KIND_NAMES[history.kind[event] as number]} of ${history.who(history.proc[event] as number)} was never answered`,
        events: [event],
      });
    }
  },
};

/** Whether the caller may have died: calls of a killed process never come back. */
function diedAfter({ unnamed, history }: Case, event: number): boolean {
  return unnamed.crashes.within(history.timeNs[event] as number, Number.POSITIVE_INFINITY);
}
