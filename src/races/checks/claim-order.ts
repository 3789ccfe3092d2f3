/**
 * F1, F2, F3: better jobs that were certainly ready during all of a claim, and were passed over. Better is a
 * higher priority (F1), or inside one priority a lower id (F2); passed over very often is starvation (F3).
 */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { type Readiness, readiness } from "../history/readiness.ts";
import type { Check, Findings } from "./check.ts";
import { MaxTree } from "./max-tree.ts";

/** F1; see the file's head. */
export const priorityInversion: Check = {
  id: "F1",
  title: "priority inversion",
  class: "S",
  meaning: "urgent work waits behind routine work",
  rule: "a job is claimed while a more urgent one of its queue was certainly ready during all of the call",
  run(one, findings) {
    const { priorityBound } = one.facts.promises;
    passedOver(one, higherPriority, priorityBound, findings);
  },
};

/** F2; see the file's head. */
export const fifoDisplacement: Check = {
  id: "F2",
  title: "order inside a priority",
  class: "S",
  meaning: "who came first is not served first",
  rule: "a job is claimed while an older one of the same queue and priority was certainly ready during all of the call",
  run(one, findings) {
    const { fifoBound } = one.facts.promises;
    passedOver(one, olderInPriority, fifoBound, findings);
  },
};

/** F3; see the file's head. */
export const starvation: Check = {
  id: "F3",
  title: "starvation",
  class: "L",
  meaning: "one job waits while all others pass it",
  rule: "a ready job is passed over by more jobs that are no better than the bound allows, or waits for longer than it may",
  occasion: "the cases of a campaign are too small to starve anybody",
  run(one, findings) {
    const { starvationBound, maxWaitMs } = one.facts.promises;
    const { ready } = ordered(one);
    const waited = waits(one, ready, maxWaitMs);
    for (const job of waited)
      findings.violation({
        job,
        message: `job ${one.id(job)} was ready for more than ${maxWaitMs} ms, and nobody claimed it`,
        events: [one.facts.op[job] as number],
      });
    for (const [job, passers] of passersOf(one, ready)) {
      if (passers.length <= starvationBound) continue;
      findings.violation({
        job,
        message: `job ${one.id(job)} was ready while ${passers.length} jobs that were not better were claimed`,
        events: [one.facts.op[job] as number, passers[0] as number, passers.at(-1) as number],
      });
    }
  },
};

/** Whether `job` should go before `than`; both are of one queue. */
type IsBetter = (one: Case, job: number, than: number) => boolean;

const higherPriority: IsBetter = ({ facts }, job, than) =>
  (facts.priority[job] as number) > (facts.priority[than] as number);

const olderInPriority: IsBetter = (one, job, than) =>
  one.facts.priority[job] === one.facts.priority[than] && one.id(job) < one.id(than);

interface Ordered {
  readonly ready: Readiness;
  /** Claims of jobs that facts know, as events, by the time of their invoke; none after a crash. */
  readonly claims: readonly number[];
  /** Jobs that were certainly ready at some time, in the order in which they became so. */
  readonly jobs: Int32Array;
}

/** Three checks ask, and the answer is one. */
const known = new WeakMap<Case, Ordered>();

function ordered(one: Case): Ordered {
  const answer = known.get(one) ?? inOrder(one);
  known.set(one, answer);
  return answer;
}

function inOrder(one: Case): Ordered {
  const { operations, history, facts, unnamed } = one;
  const endNs = unnamed.crashes.firstAfter(0);
  const claims: number[] = [];
  for (const event of operations.ofKind(KIND.claim)) {
    const job = history.job[event] as number;
    const counts = operations.typeOf(event) === TYPE.ok && job >= 0 && facts.knows(job);
    if (counts && operations.retOf(event) < endNs) claims.push(event);
  }
  claims.sort((a, b) => (history.start[a] as number) - (history.start[b] as number));
  const ready = readiness(one);
  return { ready, claims, jobs: inOrderOf(ready.fromNs) };
}

/** Places of the finite values, from the smallest to the greatest. */
function inOrderOf(values: Float64Array): Int32Array {
  let [count, last, sorted] = [0, Number.NEGATIVE_INFINITY, true];
  const places = new Int32Array(values.length);
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number;
    if (value === Number.POSITIVE_INFINITY) continue;
    sorted &&= value >= last;
    last = value;
    places[count++] = place;
  }
  const found = places.subarray(0, count);
  return sorted ? found : found.sort((a, b) => (values[a] as number) - (values[b] as number));
}

function passedOver(one: Case, isBetter: IsBetter, bound: number, findings: Findings): void {
  if (bound === Number.POSITIVE_INFINITY) return;
  const { ready } = ordered(one);
  const suspects = suspectClaims(one, isBetter === higherPriority);
  let worst = 0;
  for (const event of suspects) {
    const claimed = one.history.job[event] as number;
    const better = bystanders(one, ready, event).filter((job) => isBetter(one, job, claimed));
    worst = Math.max(worst, better.length);
    const first = better[0];
    if (better.length <= bound || first === undefined) continue;
    const { facts } = one;
    findings.violation({
      job: first,
      message: `job ${one.id(claimed)} (priority ${facts.priority[claimed]}) was claimed while ${better.length} better ${better.length === 1 ? "job was" : "jobs were"} ready, job ${one.id(first)} (priority ${facts.priority[first]}) among them`,
      events: [facts.op[first] as number, event],
    });
  }
  findings.statistic(
    isBetter === higherPriority ? "most priorities passed over" : "greatest rank error",
    worst,
  );
}

/** Jobs of the claim's queue that were certainly ready during all of it. */
function bystanders(one: Case, { fromNs, toNs }: Readiness, event: number): number[] {
  const { history, operations, facts } = one;
  const [inv, ret] = [operations.invOf(event), operations.retOf(event)];
  const claimed = history.job[event] as number;
  const found: number[] = [];
  for (let job = 0; job < fromNs.length; job++) {
    const during = (fromNs[job] as number) < inv && (toNs[job] as number) > ret;
    if (during && job !== claimed && facts.queue[job] === facts.queue[claimed]) found.push(job);
  }
  return found;
}

/** So many are looked into: each costs a look at every job. */
const MOST_SUSPECTS = 1000;

const suspectsByPriority = new WeakMap<Case, number[]>();
const suspectsByAge = new WeakMap<Case, number[]>();

/** Claims past which some better job was certainly ready: found in one sweep over time. */
function suspectClaims(one: Case, byPriority: boolean): number[] {
  const { history, operations } = one;
  const { ready, claims, jobs } = ordered(one);
  const known = byPriority ? suspectsByPriority : suspectsByAge;
  const answer = known.get(one);
  if (answer !== undefined) return answer;
  const rank = ranks(one, byPriority);
  const trees = Array.from(rank.sizes, (places) => new MaxTree(places));
  const suspects: number[] = [];
  let next = 0;
  for (const event of claims) {
    const inv = operations.invOf(event);
    for (; next < jobs.length; next++) {
      const job = jobs[next] as number;
      if ((ready.fromNs[job] as number) >= inv) break;
      trees[rank.groupOf(job)]?.raise(rank.placeOf(job), ready.toNs[job] as number);
    }
    const claimed = history.job[event] as number;
    const latest = trees[rank.groupOf(claimed)]?.below(rank.placeOf(claimed)) ?? 0;
    if (latest > operations.retOf(event)) suspects.push(event);
    if (suspects.length === MOST_SUSPECTS) break;
  }
  known.set(one, suspects);
  return suspects;
}

interface Ranks {
  /** Places of each group. */
  readonly sizes: Int32Array;
  groupOf(job: number): number;
  /** Better jobs of the group have lower places. */
  placeOf(job: number): number;
}

const PRIORITIES = 101;

/** Groups are queues, or priorities of queues; places are priorities from the top, or the order of ids. */
function ranks(one: Case, byPriority: boolean): Ranks {
  const { facts, history } = one;
  const queueOf = (job: number): number => facts.queue[job] as number;
  const priorityOf = (job: number): number => facts.priority[job] as number;
  if (byPriority)
    return {
      sizes: new Int32Array(facts.queues.size).fill(PRIORITIES),
      groupOf: queueOf,
      placeOf: (job) => PRIORITIES - 1 - priorityOf(job),
    };
  const groupOf = (job: number): number => queueOf(job) * PRIORITIES + priorityOf(job);
  const sizes = new Int32Array(facts.queues.size * PRIORITIES);
  const place = new Int32Array(history.jobs.size);
  for (const job of inOrderOfIds(one)) {
    const group = groupOf(job);
    place[job] = sizes[group] as number;
    sizes[group] = (sizes[group] as number) + 1;
  }
  return { sizes, groupOf, placeOf: (job) => place[job] as number };
}

function inOrderOfIds(one: Case): Int32Array {
  const ids = new Float64Array(one.history.jobs.size).fill(Number.POSITIVE_INFINITY);
  for (let job = 0; job < ids.length; job++) if (one.facts.knows(job)) ids[job] = one.id(job);
  return inOrderOf(ids);
}

function waits({ history }: Case, ready: Readiness, maxWaitMs: number): number[] {
  if (maxWaitMs === Number.POSITIVE_INFINITY) return [];
  const endNs = history.timeNs[history.length - 1] ?? 0;
  const limitNs = maxWaitMs * NS_PER_MS;
  const late: number[] = [];
  for (let job = 0; job < ready.fromNs.length; job++) {
    const until = Math.min(endNs, ready.toNs[job] as number);
    if (until - (ready.fromNs[job] as number) > limitNs) late.push(job);
  }
  return late;
}

const NS_PER_MS = 1e6;

/** Claims that passed a better job over, by that job. */
function passersOf(one: Case, ready: Readiness): Map<number, number[]> {
  const passers = new Map<number, number[]>();
  const suspects = new Set([...suspectClaims(one, true), ...suspectClaims(one, false)]);
  for (const event of suspects) {
    const claimed = one.history.job[event] as number;
    for (const job of bystanders(one, ready, event)) {
      if (!higherPriority(one, job, claimed) && !olderInPriority(one, job, claimed)) continue;
      const list = passers.get(job);
      if (list === undefined) passers.set(job, [event]);
      else list.push(event);
    }
  }
  return passers;
}
