/** F5: conflicts that are swallowed (an operation whose retries were used up says that it succeeded), or that never end. */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import type { Check, Findings } from "./check.ts";

/** Conflicts from so many on, and from this share of all transactions on, are a storm. */
const STORM_CONFLICTS = 20;
const STORM_RATIO = 0.5;

/** See the file's head. */
export const conflictStorm: Check = {
  id: "F5",
  title: "conflict storm, swallowed conflict",
  class: "L",
  meaning: "a queue under load says that there is no work, or does nothing but retry",
  rule: "an operation is answered well although its retries were used up, or there are more conflicts than commits, and twenty at least",
  occasion: "the engine has one writer, so nothing conflicts",
  run(one, findings) {
    swallowed(one, findings);
    const conflicts = one.operations.ofKind(KIND.conflict).length;
    const commits = one.operations
      .ofKind(KIND.commit)
      .reduce((sum, event) => sum + (one.operations.typeOf(event) === TYPE.ok ? 1 : 0), 0);
    const ratio = conflicts === 0 ? 0 : conflicts / (conflicts + commits);
    findings.statistic("share of conflicts", ratio);
    if (conflicts < STORM_CONFLICTS || ratio <= STORM_RATIO) return;
    const events = one.operations.ofKind(KIND.conflict);
    findings.violation({
      subclass: "storm",
      message: `${conflicts} conflicts for ${commits} commits`,
      events: [events[0] as number, events[events.length - 1] as number],
    });
  },
};

/** `ok` from an operation whose transaction had used up its retries. */
function swallowed(one: Case, findings: Findings): void {
  const { operations, history } = one;
  const exhausted = new Map<number, number>();
  for (const event of operations.ofKind(KIND.exhausted))
    exhausted.set(history.txn[event] as number, event);
  if (exhausted.size === 0) return;
  for (const kind of [KIND.claim, KIND.ack, KIND.nack, KIND.failAttempt, KIND.enqueue, KIND.submit])
    for (const event of operations.ofKind(kind)) {
      const gaveUp = exhausted.get(history.txn[event] as number);
      if (gaveUp === undefined || operations.typeOf(event) !== TYPE.ok) continue;
      findings.violation({
        subclass: "swallowed",
        message: `transaction ${history.txn[event]} had used up its retries, and its caller was told that all went well`,
        events: [gaveUp, event],
      });
    }
}
