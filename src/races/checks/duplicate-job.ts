/** J3: one id is there twice, or one unique key belongs to two jobs at once. */
import type { Case } from "../history/case.ts";
import { isEnd, KIND, SEEN, TYPE } from "../history/event.ts";
import { NOBODY } from "../history/history.ts";
import { eachJob } from "../history/operations.ts";
import { mayBeFreeFrom } from "../history/possible-ends.ts";
import type { Check, Findings } from "./check.ts";
import { acceptance } from "./lost-job.ts";
import { isRead } from "./stale-rows.ts";

/** See the file's head. */
export const duplicateJob: Check = {
  id: "J3",
  title: "duplicate submission",
  class: "S",
  meaning: "one order is carried out twice",
  rule: "one answer has a job twice, or two jobs hold one unique key at once",
  run(one, findings) {
    repeatedRows(one, findings);
    if (one.facts.keys.size <= 1) return;
    sharedKeys(one, findings);
    acceptedTwice(one, findings);
  },
};

/** A job twice in one answer. */
function repeatedRows(one: Case, findings: Findings): void {
  const { operations, history } = one;
  eachJob(operations, (job, from, to) => {
    let before = -1;
    for (let row = from; row < to; row++) {
      if (!isRead(one, row)) continue;
      const event = operations.event[row] as number;
      if (before >= 0 && history.start[before] === history.start[event]) {
        const message = `job ${one.id(job)} is there twice in one answer`;
        findings.violation({ job, message, events: [before, event] });
        return;
      }
      before = event;
    }
  });
}

/** One snapshot with two jobs of one key, both alive, or both there where a key is taken for ever. */
function sharedKeys(one: Case, findings: Findings): void {
  const { operations, history, facts } = one;
  const holder = new Int32Array(facts.keys.size).fill(-1);
  for (const kind of [KIND.readAll, KIND.read])
    for (const event of operations.ofKind(kind)) {
      const key = heldKey(one, event);
      if (key === 0) continue;
      const before = holder[key] as number;
      holder[key] = event;
      const job = history.job[event] as number;
      if (before < 0 || history.start[before] !== history.start[event]) continue;
      if (history.job[before] === job) continue;
      const message = `jobs ${one.id(history.job[before] as number)} and ${one.id(job)} hold the unique key ${JSON.stringify(facts.keys.at(key))} at once`;
      findings.violation({ job, message, events: [before, event] });
    }
}

/** The key that the job of a read's row holds, or 0. */
function heldKey({ operations, history, facts }: Case, event: number): number {
  const job = history.job[event] as number;
  const state = history.state[event] as number;
  if (job === NOBODY || operations.typeOf(event) !== TYPE.ok || !facts.knows(job)) return 0;
  const holds = facts.promises.keyScope === "always" || !isEnd(state);
  return state > SEEN.absent && holds ? (facts.uniqueKey[job] as number) : 0;
}

/** Two jobs of one key accepted, while the first must still have lived. */
function acceptedTwice(one: Case, findings: Findings): void {
  const { operations, history, facts, graph } = one;
  const always = facts.promises.keyScope === "always";
  const first = new Int32Array(facts.keys.size).fill(-1);
  for (let job = 0; job < history.jobs.size; job++) {
    const key = facts.knows(job) ? (facts.uniqueKey[job] as number) : 0;
    const accepted = key === 0 ? -1 : acceptance(one, job);
    if (accepted < 0) continue;
    const before = first[key] as number;
    first[key] = job;
    if (before < 0) continue;
    const old = acceptance(one, before);
    // A blocked job may have been skipped, of which no call tells.
    const mayEndUnseen = graph.parentCount(before) > 0 || !facts.promises.seesSettles;
    const endNs = mayEndUnseen ? 0 : mayBeFreeFrom(one, before, operations.invOf(old));
    if (!always && endNs <= operations.retOf(accepted)) continue;
    const message = `jobs ${one.id(before)} and ${one.id(job)} were both accepted under the unique key ${JSON.stringify(facts.keys.at(key))}`;
    findings.violation({ job, message, events: [old, accepted] });
  }
}
