/** How the parents of a job may stand at a moment: from the calls of a history, or from the log. */
import type { Case } from "./case.ts";
import { KIND, SEEN, TYPE } from "./event.ts";
import { leaseOf } from "./possible-ends.ts";
import { WAY } from "./trigger-table.ts";

const ANY_END = WAY.done | WAY.failed | WAY.skipped;
const EVER = Number.NEGATIVE_INFINITY;

/** A moment on both clocks. */
export interface Moment {
  readonly ns: number;
  readonly ms: number;
}

/** The ways in which each parent of a job may stand at some time up to a moment; a mask of {@link WAY} each. */
export function parentWays(one: Case, job: number, until: Moment): number[] {
  const ways: number[] = [];
  for (const parent of one.graph.parentsOf(job)) ways.push(waysOf(one, parent, until));
  return ways;
}

/** The ways in which one job may stand at some time up to a moment. */
function waysOf(one: Case, job: number, until: Moment): number {
  const { first, kind, type, invNs } = one.operations;
  if (one.unnamed.redrives.within(EVER, until.ns)) return WAY.pending | ANY_END;
  let ways: number = WAY.pending;
  let claimed = false;
  for (let row = first[job] as number; row < (first[job + 1] as number); row++) {
    if (type[row] === TYPE.fail) continue;
    const certain = type[row] === TYPE.ok;
    const before = (invNs[row] as number) <= until.ns;
    if (kind[row] === KIND.redrive) return WAY.pending | ANY_END;
    // What was acked for certain ends as done, and in no other way.
    if (kind[row] === KIND.ack && certain) return before ? WAY.pending | WAY.done : WAY.pending;
    claimed ||= certain && kind[row] === KIND.claim;
    if (before) ways |= waysAfter(one, row, until);
  }
  return ways | waysUnseen(one, job, claimed, until);
}

/** What calls that do not name the job, and the ends of its own parents, make possible. */
function waysUnseen(one: Case, job: number, claimed: boolean, until: Moment): number {
  let ways = 0;
  if (one.unnamed.settles.within(EVER, until.ns)) ways |= WAY.done | WAY.failed;
  // A claim of nobody knows which job may have lapsed, and been the last try.
  const lapsed = one.unnamed.claims.within(EVER, until.ns);
  if (one.firstCancelNs <= until.ns || lapsed) ways |= WAY.failed;
  // A job that was claimed has not been skipped; one without parents never is.
  const maySkip = !claimed && one.graph.parentCount(job) > 0;
  return maySkip ? ways | WAY.failed | WAY.skipped : ways;
}

/** What a row that may have happened makes possible. */
function waysAfter(one: Case, row: number, until: Moment): number {
  const { operations, facts, unnamed } = one;
  const kind = operations.kind[row] as number;
  const unseen = !facts.promises.seesSettles;
  switch (kind) {
    case KIND.ack:
      return WAY.done;
    case KIND.cancel:
    case KIND.failAttempt:
      return WAY.failed;
    case KIND.skip:
      return WAY.failed | WAY.skipped;
    case KIND.expand:
      return WAY.done | WAY.failed;
    case KIND.execEnd:
      return unseen ? (operations.state[row] === SEEN.failed ? WAY.failed : WAY.done) : 0;
    case KIND.execStart:
      // It may have timed out.
      return unseen ? WAY.failed : 0;
    case KIND.claim: {
      const lapsed = operations.invMs(row) + leaseOf(one, row) <= until.ms;
      const crashed = unnamed.crashes.within(operations.invNs[row] as number, until.ns);
      return lapsed || crashed || unseen || unnamed.clocks.count > 0 ? WAY.failed : 0;
    }
    default:
      return 0;
  }
}
