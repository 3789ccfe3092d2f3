/**
 * Claims past which a better job was certainly ready during all of the call: better is a higher priority, or inside one
 * priority a lower id. Found once for the checks that ask.
 */
import type { Case } from "../history/case.ts";
import { KIND, TYPE } from "../history/event.ts";
import { type Readiness, readiness } from "../history/readiness.ts";
import { MaxTree } from "./max-tree.ts";

/** Whether `job` should go before `than`; both are of one queue. */
export type IsBetter = (one: Case, job: number, than: number) => boolean;

/** A higher priority. */
export const higherPriority: IsBetter = ({ facts }, job, than) =>
  (facts.priority[job] as number) > (facts.priority[than] as number);

/** A lower id of the same priority. */
export const olderInPriority: IsBetter = (one, job, than) =>
  one.facts.priority[job] === one.facts.priority[than] && one.id(job) < one.id(than);

/** See {@link ordered}. */
export interface Ordered {
  readonly ready: Readiness;
  /** Claims of jobs that facts know, as events, by the time of their invoke; none after a crash. */
  readonly claims: readonly number[];
  /** Jobs that were certainly ready at some time, in the order in which they became so. */
  readonly jobs: Int32Array;
}

/** Three checks ask, and the answer is one. */
const known = new WeakMap<Case, Ordered>();

/** What was ready, and who was claimed. */
export function ordered(one: Case): Ordered {
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

/** Jobs of the claim's queue that were certainly ready during all of it. */
export function bystanders(one: Case, { fromNs, toNs }: Readiness, event: number): number[] {
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
export function suspectClaims(one: Case, byPriority: boolean): number[] {
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
