/**
 * Situations that a history met, and how often: a check that was silent says nothing of what never came
 * up. A campaign that met too few of them is incomplete.
 */
import type { Case } from "../history/case.ts";
import { KIND, SEEN, TYPE } from "../history/event.ts";
import type { History } from "../history/history.ts";
import { LOG_CAUSE, LOG_STATE } from "../history/job-log.ts";
import { eachJob, isSettle, type Operations } from "../history/operations.ts";

/** See the file's head. Times met, by name. */
export type Situations = Readonly<Record<string, number>>;

/** Counts them. */
export function situationsOf(one: Case): Situations {
  return { ...inEvents(one), ...inLog(one) };
}

function inEvents({ history, operations }: Case): Situations {
  const count = (kind: number, holds: (event: number) => boolean = () => true): number =>
    operations.ofKind(kind).reduce((met, event) => met + (holds(event) ? 1 : 0), 0);
  const has = (type: number) => (event: number) => operations.typeOf(event) === type;
  const settles = [KIND.ack, KIND.nack, KIND.failAttempt, KIND.release];
  return {
    "claim found nothing": count(
      KIND.claim,
      (event) => has(TYPE.ok)(event) && (history.job[event] as number) < 0,
    ),
    "claims overlapped": overlapping(operations.ofKind(KIND.claim), operations),
    "second or later attempt": count(KIND.claim, (event) => (history.attempt[event] as number) > 1),
    "settle was refused": settles.reduce((met, kind) => met + count(kind, has(TYPE.fail)), 0),
    "settle came after the next claim": lateSettles(operations),
    "outcome in doubt": settles.reduce((met, kind) => met + count(kind, has(TYPE.info)), 0),
    "read showed a job at work": count(
      KIND.readAll,
      (event) => history.state[event] === SEEN.claimed,
    ),
    "read while a run was stored": readsDuringSubmits(history),
    "cancel took effect": count(KIND.cancel, has(TYPE.ok)),
    "write conflict": count(KIND.conflict),
    "process killed": count(KIND.crash),
    "reopened after a kill": count(KIND.restart, has(TYPE.ok)),
    "worker stalled": count(KIND.stall),
    "clock jumped": count(KIND.clock),
    "disk full": count(KIND.diskFull),
  };
}

/** Reads of all jobs that began while a submit was under way; rows of one answer lie together. */
function readsDuringSubmits({ kind, type, start, length }: History): number {
  let [met, open, answered] = [0, 0, -1];
  for (let event = 0; event < length; event++) {
    const asks = type[event] === TYPE.invoke;
    if (kind[event] === KIND.readAll && asks && open > 0) met++;
    if (kind[event] !== KIND.submit) continue;
    if (asks) open++;
    else if (start[event] !== answered) {
      open--;
      answered = start[event] as number;
    }
  }
  return met;
}

/** Settles of an attempt that were asked for when a later one certainly had the job. */
function lateSettles(operations: Operations): number {
  let met = 0;
  eachJob(operations, (_, from, to) => {
    met += lateIn(operations, from, to);
  });
  return met;
}

function lateIn(operations: Operations, from: number, to: number): number {
  const { kind, type, attempt, invNs, retNs } = operations;
  let [met, holder] = [0, -1];
  for (let row = from; row < to; row++) {
    if (kind[row] === KIND.claim && type[row] === TYPE.ok) holder = row;
    if (holder < 0 || !isSettle(kind[row] as number)) continue;
    const older = (attempt[row] as number) < (attempt[holder] as number);
    if (older && (invNs[row] as number) > (retNs[holder] as number)) met++;
    if (!older && type[row] !== TYPE.fail) holder = -1;
  }
  return met;
}

/** Answered operations that began before one of another worker had ended; events in the order of answers. */
function overlapping(
  events: Int32Array,
  operations: { invOf(event: number): number; retOf(event: number): number },
): number {
  let met = 0;
  let lastRet = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    if (operations.invOf(event) < lastRet) met++;
    lastRet = Math.max(lastRet, operations.retOf(event));
  }
  return met;
}

function inLog({ log }: Case): Situations {
  if (log === null) return {};
  let lostLeases = 0;
  let voided = 0;
  let timeouts = 0;
  let skips = 0;
  for (let row = 0; row < log.length; row++) {
    const cause = log.cause[row];
    if (cause === LOG_CAUSE.lostLease) lostLeases++;
    if (cause === LOG_CAUSE.timeout) timeouts++;
    if (cause === LOG_CAUSE.crash) voided++;
    if (log.state[row] === LOG_STATE.skipped) skips++;
  }
  return {
    "lease ran out": lostLeases,
    "attempt timed out": timeouts,
    "claim voided by a crash": voided,
    "job skipped": skips,
  };
}
