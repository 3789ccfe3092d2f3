/**
 * D1, D2, D4, D9: a child ran before its parents let it, was skipped while it could still have run, or
 * either because its parents were purged. By the definitions of the 13 rules.
 */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import { eachJob } from "../history/operations.ts";
import { type Moment, parentWays } from "../history/parent-ways.ts";
import { mayBePurged } from "../history/possible-ends.ts";
import { decidesEarly, mayRun, maySkip, ruleName } from "../history/trigger-table.ts";
import type { Check, CheckId, Findings } from "./check.ts";
import { earlyInLog, wrongSkipInLog } from "./dependency-log.ts";
import { isRead } from "./stale-rows.ts";

/** D1: rules that wait for all parents. */
export const runBeforeAll: Check = {
  id: "D1",
  title: "run before its parents (rules that wait for all)",
  class: "S",
  meaning: "a job reads results that are not there yet",
  rule: "a job whose rule waits for all its parents is claimed when, under every order of the calls, its rule did not yet allow it",
  log: "too",
  run(one, findings) {
    earlyInLog(one, (rule) => !decidesEarly(rule), findings);
    eachEarlyClaim(one, "D1", findings);
  },
};

/** D2: rules that one or some parents decide. */
export const runBeforeAny: Check = {
  id: "D2",
  title: "run before its parents (rules that some decide)",
  class: "S",
  meaning: "a job runs although none of the parents it waits for has ended as it asks",
  rule: "the same for rules that some of the parents decide",
  log: "too",
  run(one, findings) {
    earlyInLog(one, decidesEarly, findings);
    eachEarlyClaim(one, "D2", findings);
  },
};

/** D4: see the file's head. */
export const wrongSkip: Check = {
  id: "D4",
  title: "wrong skip",
  class: "S",
  meaning: "work that should have been done is left out, and with it all below",
  rule: "a job is skipped although, under every order of the calls, its rule could still have let it run",
  log: "too",
  run(one, findings) {
    wrongSkipInLog(one, findings);
    const { operations } = one;
    eachJob(operations, (job, from, to) => {
      for (let row = from; row < to; row++) {
        const seen = isRead(one, row) && operations.state[row] === SEEN.skipped;
        const told = operations.kind[row] === KIND.skip && operations.type[row] === TYPE.ok;
        if (!seen && !told) continue;
        const ways = parentWays(one, job, momentOf(one, row));
        const rule = one.facts.knows(job) ? (one.facts.rule[job] as number) : -1;
        if (rule < 0 || maySkip(rule, ways) || parentPurged(one, job)) continue;
        findings.violation({
          job,
          message: `job ${one.id(job)} was skipped, and its rule ${ruleName(rule)} could still let it run: ${waysText(one, job)}`,
          events: [...endsOfParents(one, job), operations.event[row] as number],
        });
        return;
      }
    });
  },
};

/** D9: a purge is no reason to run, and none to wait for ever. */
export const purgeChangesReadiness: Check = {
  id: "D9",
  title: "purge changes what is ready",
  class: "S",
  meaning: "cleaning up old runs starts or starves jobs that depend on them",
  rule: "a job becomes ready, or can no longer become so, by nothing but a purge of its parents",
  occasion: "no scenario purges",
  run(one, findings) {
    if (one.operations.ofKind(KIND.purge).length === 0) return;
    eachEarlyClaim(one, "D9", findings);
    starved(one, findings);
  },
};

function eachEarlyClaim(one: Case, id: CheckId, findings: Findings): void {
  const { operations, facts, graph } = one;
  eachJob(operations, (job, from, to) => {
    if (!facts.knows(job) || graph.parentCount(job) === 0) return;
    const rule = facts.rule[job] as number;
    if (id !== "D9" && decidesEarly(rule) !== (id === "D2")) return;
    const claim = firstClaim(one, from, to);
    if (claim < 0 || mayRun(rule, parentWays(one, job, momentOf(one, claim)))) return;
    if (parentPurged(one, job) !== (id === "D9")) return;
    findings.violation({
      job,
      message: `job ${one.id(job)} ran, and its rule ${ruleName(rule)} cannot have let it: ${waysText(one, job)}`,
      events: [...endsOfParents(one, job), operations.event[claim] as number],
    });
  });
}

/** The claim that was answered first, or -1: what holds for it holds for all. */
function firstClaim({ operations }: Case, from: number, to: number): number {
  for (let row = from; row < to; row++)
    if (operations.kind[row] === KIND.claim && operations.type[row] === TYPE.ok) return row;
  return -1;
}

function momentOf({ operations }: Case, row: number): Moment {
  return { ns: operations.retNs[row] as number, ms: operations.retMs(row) };
}

function parentPurged(one: Case, job: number): boolean {
  return [...one.graph.parentsOf(job)].some((parent) =>
    mayBePurged(one, parent, Number.POSITIVE_INFINITY),
  );
}

/** What is known of the parents' ends, for the message: at most so many by name. */
const NAMED_PARENTS = 4;

function waysText(one: Case, job: number): string {
  const parents = [...one.graph.parentsOf(job)];
  if (parents.length === 0) return "it has no parents";
  const named = parents
    .slice(0, NAMED_PARENTS)
    .map((parent) => `${one.id(parent)} ${lastEnd(one, parent) < 0 ? "had no end" : "ended"}`);
  const more = parents.length > NAMED_PARENTS ? ` and ${parents.length - NAMED_PARENTS} more` : "";
  return `parents ${named.join(", ")}${more}`;
}

function endsOfParents(one: Case, job: number): number[] {
  return [...one.graph.parentsOf(job)]
    .slice(0, NAMED_PARENTS)
    .map((parent) => lastEnd(one, parent))
    .filter((event) => event >= 0);
}

/** The event that ended or purged a job, or -1. */
function lastEnd({ operations }: Case, job: number): number {
  const { first, kind, type, event } = operations;
  const ends: readonly number[] = [KIND.ack, KIND.failAttempt, KIND.cancel, KIND.purge];
  for (let row = (first[job + 1] as number) - 1; row >= (first[job] as number); row--)
    if (type[row] !== TYPE.fail && ends.includes(kind[row] as number)) return event[row] as number;
  return -1;
}

/** At rest, a waiting child whose parents have all ended or are purged, and one is purged. */
function starved(one: Case, findings: Findings): void {
  const { final, history, facts, graph, unnamed } = one;
  if (final.op < 0 || !facts.promises.drained || unnamed.pauses.count > 0) return;
  for (let job = 0; job < history.jobs.size; job++) {
    const event = final.event[job] as number;
    const waits = event >= 0 && history.state[event] === SEEN.pending && facts.knows(job);
    if (!waits || facts.promises.mayWait.includes(one.id(job))) continue;
    if ((facts.runAtMs[job] as number) > final.invMs) continue;
    const ends = [...graph.parentsOf(job)].map((parent) => final.event[parent] as number);
    const undecided = ends.some((end) => end >= 0 && (history.state[end] as number) < SEEN.done);
    if (undecided || !ends.includes(-1) || !parentPurged(one, job)) continue;
    findings.violation({
      job,
      subclass: "starved",
      message: `job ${one.id(job)} waits for ever: a parent was purged, and the others have ended`,
      events: [...endsOfParents(one, job), event],
    });
  }
}
