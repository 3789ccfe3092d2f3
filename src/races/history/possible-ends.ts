/** What can have ended, freed or reopened a job between two moments: the question on which most checks turn. */
import type { Case } from "./case.ts";
import { KIND, TYPE } from "./event.ts";
import { NOBODY } from "./history.ts";
import { isSettle } from "./operations.ts";

/** Whether a row may have freed the job, in the moment of its effect. */
function mayFree({ operations, facts }: Case, row: number): boolean {
  const kind = operations.kind[row] as number;
  const frees = isSettle(kind) || kind === KIND.cancel || kind === KIND.purge;
  // Where workers settle unseen, the end of a handler is followed by a settle at any later time.
  const precedes = kind === KIND.execEnd && !facts.promises.seesSettles;
  return (frees || precedes) && operations.type[row] !== TYPE.fail;
}

/**
 * The earliest time from `fromNs` at which something may have freed the job from whoever holds it;
 * `Infinity` for never. Leases are not looked at.
 */
export function mayBeFreeFrom(one: Case, job: number, fromNs: number): number {
  const { operations, unnamed } = one;
  let earliest = unnamed.frees.firstAfter(fromNs);
  const end = operations.first[job + 1] as number;
  for (let row = operations.first[job] as number; row < end; row++) {
    if (!mayFree(one, row)) continue;
    const lasts = operations.kind[row] === KIND.execEnd;
    if (!lasts && (operations.retNs[row] as number) < fromNs) continue;
    earliest = Math.min(earliest, Math.max(fromNs, operations.invNs[row] as number));
  }
  return earliest;
}

/** Whether something may have freed the job within a time. */
export function mayBeFreedWithin(one: Case, job: number, fromNs: number, toNs: number): boolean {
  const first = mayBeFreeFrom(one, job, fromNs);
  return first <= toNs && first < Number.POSITIVE_INFINITY;
}

/** Whether an operation of a kind may have acted on the job within a time; those without a job are not looked at. */
export function mayHaveActed(
  { operations }: Case,
  kind: number,
  job: number,
  fromNs: number,
  toNs: number,
): boolean {
  const end = operations.first[job + 1] as number;
  for (let row = operations.first[job] as number; row < end; row++) {
    const inTime =
      operations.kind[row] === kind &&
      (operations.invNs[row] as number) <= toNs &&
      (operations.retNs[row] as number) >= fromNs;
    if (inTime && operations.type[row] !== TYPE.fail) return true;
  }
  return false;
}

/** Whether a redrive may have brought an ended job back within a time. */
export function mayBeReopened(one: Case, job: number, fromNs: number, toNs: number): boolean {
  return (
    one.unnamed.redrives.within(fromNs, toNs) || mayHaveActed(one, KIND.redrive, job, fromNs, toNs)
  );
}

/** Whether a purge may have removed the job before a time. */
export function mayBePurged(one: Case, job: number, toNs: number): boolean {
  const ever = Number.NEGATIVE_INFINITY;
  return one.unnamed.purges.within(ever, toNs) || mayHaveActed(one, KIND.purge, job, ever, toNs);
}

/** By job: 1 where a purge that names it may have removed it. */
export function purgedJobs({ history, operations }: Case): Uint8Array {
  const purged = new Uint8Array(history.jobs.size);
  for (const event of operations.ofKind(KIND.purge)) {
    const job = history.job[event] as number;
    if (job !== NOBODY && operations.typeOf(event) !== TYPE.fail) purged[job] = 1;
  }
  return purged;
}

/** The lease of a claim's row, in ms. */
export function leaseOf({ operations, history, facts }: Case, row: number): number {
  const asked = history.value[operations.event[row] as number] as number;
  return asked > 0 ? asked : facts.promises.leaseMs;
}

/** Until when a claim certainly holds, and the row whose term ends then. */
export interface HeldUntil {
  readonly endMs: number;
  readonly by: number;
}

/**
 * Until when a claim certainly holds its job, seen from a later row, as far as leases go: the first end of those terms
 * that may be in force, the claim's or that of a renewal, which may also be shorter. Without an end where its worker
 * renews what it runs and its handler had started and not ended.
 */
export function certainlyHeldUntil(
  one: Case,
  job: number,
  claim: number,
  until: number,
): HeldUntil {
  const { first, kind, type, attempt, retNs, invNs } = one.operations;
  if (isRenewed(one, job, claim, until)) return { endMs: Number.POSITIVE_INFINITY, by: claim };
  const terms = [claim];
  for (let row = first[job] as number; row < (first[job + 1] as number); row++) {
    const renews = kind[row] === KIND.heartbeat && type[row] !== TYPE.fail;
    const inTime = (invNs[row] as number) <= (retNs[until] as number);
    if (renews && inTime && attempt[row] === attempt[claim]) terms.push(row);
  }
  // Those that certainly began before: the term in force is none that they replaced, and began no sooner.
  const begun = terms.filter(
    (term) => type[term] === TYPE.ok && (retNs[term] as number) < (invNs[until] as number),
  );
  const begunMs = Math.max(...begun.map((term) => one.operations.invMs(term)));
  const isReplaced = (term: number): boolean =>
    begun.some((later) => (invNs[later] as number) > (retNs[term] as number));
  let held: HeldUntil = { endMs: Number.POSITIVE_INFINITY, by: claim };
  for (const term of terms) {
    const endMs = Math.max(begunMs, one.operations.invMs(term)) + leaseOf(one, term);
    if (endMs < held.endMs && !isReplaced(term)) held = { endMs, by: term };
  }
  return held;
}

/** Whether its worker renews the claim at a later row. A clock that jumped, or a dead process, renews nothing. */
function isRenewed(one: Case, job: number, claim: number, until: number): boolean {
  const { facts, unnamed, operations } = one;
  const { first, kind, attempt } = operations;
  if (!facts.promises.renews || unnamed.clocks.count + unnamed.crashes.count > 0) return false;
  let runs = false;
  for (let row = first[job] as number; row < until; row++) {
    if (attempt[row] !== attempt[claim]) continue;
    if (kind[row] === KIND.execStart) runs = true;
    if (kind[row] === KIND.execEnd) return false;
  }
  return runs;
}
