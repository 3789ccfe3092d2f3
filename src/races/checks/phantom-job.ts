/** J2: the queue shows or hands out a job that nobody asked for, or whose submit failed, or before it was asked for. */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import type { Check } from "./check.ts";

/** See the file's head. */
export const phantomJob: Check = {
  id: "J2",
  title: "phantom job",
  class: "S",
  meaning: "work happens that nobody ordered",
  rule: "a job is claimed, run or read that no call asked for, whose call was refused, or that is seen before its call began",
  run(one, findings) {
    const { operations, facts } = one;
    eachJob(operations, (job, from, to) => {
      const why = suspicion(one, job);
      for (let row = from; row < to; row++) {
        if (!shows(one, row)) continue;
        const asked = facts.knows(job) ? (facts.op[job] as number) : -1;
        const early = asked >= 0 && (operations.retNs[row] as number) < operations.invOf(asked);
        if (why === null && !early) continue;
        findings.violation({
          job,
          message: `job ${one.id(job)} is there, and ${why ?? "it was submitted only later"}`,
          events: [asked, operations.event[row] as number].filter((event) => event >= 0),
        });
        return;
      }
    });
  },
};

/** Why the job must not be there at any time; null where it may. */
function suspicion({ facts, operations }: Case, job: number): string | null {
  if (!facts.knows(job)) return "nobody submitted it";
  return operations.outcomeOf(facts.op[job] as number) === TYPE.fail ? "its submit failed" : null;
}

/** Whether a row proves that the job was stored. */
function shows({ operations }: Case, row: number): boolean {
  const kind = operations.kind[row];
  if (operations.type[row] !== TYPE.ok) return false;
  if (kind === KIND.claim || kind === KIND.execStart) return true;
  const isRead = kind === KIND.read || kind === KIND.readAll;
  return isRead && (operations.state[row] as number) > SEEN.absent;
}
