/**
 * When each job was certainly ready: from the moment when nothing can have held it back any more, to the
 * first moment at which somebody may have taken it. Only its first attempt; `Infinity` where nothing is certain.
 */
import type { Case } from "./case.ts";
import { KIND, TYPE } from "./event.ts";
import { AT_LEAST_RULE, RULE } from "./trigger-table.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** By job. */
export interface Readiness {
  readonly fromNs: Float64Array;
  readonly toNs: Float64Array;
}

/** Several checks ask, and the answer is one. */
const known = new WeakMap<Case, Readiness>();

/** The answer for every job that facts know; worked out once for a case. */
export function readiness(one: Case): Readiness {
  let answer = known.get(one);
  if (answer === undefined) {
    answer = workOut(one);
    known.set(one, answer);
  }
  return answer;
}

function workOut(one: Case): Readiness {
  const jobs = one.history.jobs.size;
  const fromNs = new Float64Array(jobs).fill(NEVER);
  const toNs = new Float64Array(jobs).fill(NEVER);
  const ackNs = firstAcks(one);
  // After a crash suspects run alone and others wait; a pause holds back whole queues.
  const endNs = Math.min(
    one.unnamed.crashes.firstAfter(0),
    one.unnamed.pauses.firstAfter(0),
    one.unnamed.cancels.firstAfter(0),
  );
  for (let job = 0; job < jobs; job++) {
    if (!one.facts.knows(job)) continue;
    const from = Math.max(storedNs(one, job), parentsNs(one, job, ackNs));
    if (from >= endNs) continue;
    fromNs[job] = from;
    toNs[job] = Math.min(endNs, takenNs(one, job));
  }
  return { fromNs, toNs };
}

/** When the ack of each job was answered; `Infinity` for none. */
function firstAcks({ operations, history }: Case): Float64Array {
  const ns = new Float64Array(history.jobs.size).fill(NEVER);
  for (const event of operations.ofKind(KIND.ack)) {
    const job = history.job[event] as number;
    if (job < 0 || operations.typeOf(event) !== TYPE.ok) continue;
    ns[job] = Math.min(ns[job] as number, operations.retOf(event));
  }
  return ns;
}

/** When the job was certainly stored, and nothing but its parents can hold it back. */
function storedNs({ facts, operations, unnamed }: Case, job: number): number {
  const op = facts.op[job] as number;
  const held = facts.limitKey[job] !== 0 || (facts.runAtMs[job] as number) > 0;
  if (held || unnamed.redrives.count > 0 || operations.outcomeOf(op) !== TYPE.ok) return NEVER;
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    const kind = operations.kind[row];
    const stored = kind === KIND.submit || kind === KIND.enqueue;
    if (stored && operations.type[row] === TYPE.ok) return operations.retNs[row] as number;
  }
  return NEVER;
}

/** When its rule certainly let it run: by acks alone, since how a failure counts is not certain. */
function parentsNs(one: Case, job: number, ackNs: Float64Array): number {
  const { graph, facts } = one;
  const count = graph.parentCount(job);
  const rule = facts.rule[job] as number;
  if (count === 0 || rule === RULE.always) return 0;
  const needed = acksNeeded(rule, count);
  if (needed === null) return NEVER;
  const { parentFirst, parents } = graph;
  const end = parentFirst[job + 1] as number;
  if (needed === count) {
    let last = 0;
    for (let at = parentFirst[job] as number; at < end; at++)
      last = Math.max(last, ackNs[parents[at] as number] as number);
    return last;
  }
  const acks = Array.from(graph.parentsOf(job), (parent) => ackNs[parent] as number);
  acks.sort((a, b) => a - b);
  return acks[needed - 1] ?? NEVER;
}

/** So many acked parents are enough for any rule that can be met by acks; null for the others. */
function acksNeeded(rule: number, parents: number): number | null {
  if (rule > AT_LEAST_RULE) return rule - AT_LEAST_RULE;
  switch (rule) {
    case RULE.one_success:
    case RULE.one_done:
      return 1;
    case RULE.all_failed:
    case RULE.all_skipped:
    case RULE.one_failed:
      return null;
    default:
      return parents;
  }
}

/** When somebody may have taken it first: also before it was certainly ready, by a claim whose jobs nobody knows. */
function takenNs({ operations, unnamed, facts }: Case, job: number): number {
  let taken = unnamed.claims.firstAfter(operations.invOf(facts.op[job] as number));
  for (
    let row = operations.first[job] as number;
    row < (operations.first[job + 1] as number);
    row++
  ) {
    const kind = operations.kind[row];
    const takes =
      kind === KIND.claim || kind === KIND.cancel || kind === KIND.execStart || kind === KIND.purge;
    if (takes && operations.type[row] !== TYPE.fail)
      taken = Math.min(taken, operations.invNs[row] as number);
  }
  return taken;
}
