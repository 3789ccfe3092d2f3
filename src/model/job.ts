/**
 * The glossary: one word for each thing, used alike in code, SQL and docs.
 *
 * task: a registered function with a name · job: one call of a task · attempt: one claim of a job,
 * its number grows by 1 with every claim and never repeats · tries: attempts that ended badly ·
 * claim: handing a job to a worker · token: (job id, attempt) · settle: the end of an attempt ·
 * queue: a named lane of jobs · run: one submission of a DAG · node: a job inside a run ·
 * edge: (child, parent) · ledger: the in-memory state of all live jobs · transition: one change of
 * one job's state, one row of the log · lane: the single serialized writer · handler: the user's
 * function · worker: a loop that claims and runs.
 */

/** States of a job. The numbers are stored in the log and never change meaning. */
export const STATE = {
  blocked: 0,
  ready: 1,
  claimed: 2,
  done: 3,
  failed: 4,
  skipped: 5,
  cancelled: 6,
  delayed: 7,
  expanded: 8,
  released: 9,
  redriven: 10,
} as const;

/** A state's name. `released` and `redriven` are only names of log rows: the job is ready or delayed again. */
export type StateName = keyof typeof STATE;

/** Names by stored number. */
export const STATE_NAMES: readonly StateName[] = Object.entries(STATE)
  .sort((a, b) => a[1] - b[1])
  .map(([name]) => name as StateName);

/** Whether nothing follows a state except an explicit redrive. */
export function isTerminal(state: number): boolean {
  return state >= STATE.done && state <= STATE.cancelled;
}

/** Why a transition happened; 0 where there is nothing to say. Stored in the log. */
export const CAUSE = {
  none: 0,
  rule: 1,
  upstreamFailed: 2,
  handlerError: 3,
  timeout: 4,
  crash: 5,
  shutdown: 6,
  lostLease: 7,
  /** The handler gave the job back; no try is used up. */
  nack: 8,
  /** Claimed alone, because a crash voided its last claim. */
  alone: 9,
  /** A newer job with the same unique key took its place. */
  replaced: 10,
  /** A caller of the queue asked for it. */
  control: 11,
  /** The handler gave the job up; no retry. */
  abandoned: 12,
  /** Its sub-run ended, or the job above its run was cancelled. */
  subRun: 13,
} as const;

/** Names of causes by stored number. */
export const CAUSE_NAMES: readonly string[] = Object.keys(CAUSE);

/** Priorities go from 0 to this; a higher one is claimed first. */
export const MAX_PRIORITY = 100;
