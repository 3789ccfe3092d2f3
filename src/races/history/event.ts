/**
 * The words of a history: what can be asked of a queue, how an answer can be, and the states that a read
 * can show. Numbers are private to one run; files and messages use the names.
 */

/** What was asked for, or what happened. Those after `restart` are done to the queue, not asked of it. */
export const KIND = {
  /** A run, atomically. */
  submit: 0,
  /** Jobs without a run, atomically. */
  enqueue: 1,
  claim: 2,
  heartbeat: 3,
  execStart: 4,
  /** A handler returned (`state` done) or threw (`state` failed). */
  execEnd: 5,
  /** The attempt ended well. */
  ack: 6,
  /** Given back, due `value` ms later; no try is used up. */
  nack: 7,
  /** The attempt ended badly and used up a try: an error, a timeout, an abandon. */
  failAttempt: 8,
  /** Given back at shutdown. */
  release: 9,
  /** The job waits for a run of its own; `value` is that run's id. */
  expand: 10,
  cancel: 11,
  skip: 12,
  redrive: 13,
  purge: 14,
  pause: 15,
  resume: 16,
  /** Some jobs; a row with state `absent` for one that was not found. */
  read: 17,
  /** All jobs in one snapshot. */
  readAll: 18,
  /** All edges: `job` is the child, `other` the parent. */
  readEdges: 19,
  /** A run's status: `value` is its id; `attempt` 0, or with a member's state: how many are in it. */
  readRun: 20,
  /** The job (`job`, `attempt`) that spawned the run `value`; no job for a run that was submitted. */
  readRunParent: 21,
  /** Workers stop: the completion says that nothing of `proc` is held any more. */
  shutdown: 22,
  /** The call that stops `proc` has returned: it must claim nothing from here on. */
  stopping: 23,
  /** A worker found nothing in the queues of `payload`, and rests. */
  idle: 24,
  begin: 25,
  statement: 26,
  commit: 27,
  rollback: 28,
  /** A transaction met a write conflict. */
  conflict: 29,
  /** The retries of transaction `txn` are used up. */
  exhausted: 30,
  open: 31,
  close: 32,
  /** The database of `proc` is known to be unusable. */
  invalidated: 33,
  /** So many (`value`) of a resource (`payload` names it) at the start: `attempt` 0; at quiescence: 1. */
  resource: 34,
  crash: 35,
  restart: 36,
  stall: 37,
  /** The engine's clock jumps: `engineMs` is after, `value` before. */
  clock: 38,
  diskFull: 39,
} as const;

/** A kind's name. */
export type KindName = keyof typeof KIND;

/** Names of kinds by number. */
export const KIND_NAMES: readonly KindName[] = Object.keys(KIND) as KindName[];

/** Kinds that change nothing of what is stored. */
export const CHANGES_NOTHING: ReadonlySet<number> = new Set([
  KIND.read,
  KIND.readAll,
  KIND.readEdges,
  KIND.readRun,
  KIND.readRunParent,
  KIND.stopping,
  KIND.idle,
  KIND.close,
  KIND.resource,
]);

/** `ok`: the effect is certain. `fail`: there is certainly none. `info`: nobody knows. */
export const TYPE = { invoke: 0, ok: 1, fail: 2, info: 3 } as const;

/** States as a read shows them. `pending` is blocked or ready: the log tells them apart only by the edges. */
export const SEEN = {
  none: 0,
  absent: 1,
  pending: 2,
  claimed: 3,
  delayed: 4,
  expanded: 5,
  running: 6,
  done: 7,
  failed: 8,
  skipped: 9,
  cancelled: 10,
} as const;

/** A state's name. */
export type SeenName = keyof typeof SEEN;

/** Names of states by number. */
export const SEEN_NAMES: readonly SeenName[] = Object.keys(SEEN) as SeenName[];

/** Whether nothing may follow but a redrive or a purge. */
export function isEnd(state: number): boolean {
  return state >= SEEN.done;
}

/** The number of a state that the store names; `ready` and `blocked` are `pending`. */
export function seenOf(name: string): number {
  if (Object.hasOwn(SEEN, name)) return SEEN[name as SeenName];
  return SEEN.pending;
}

/** What a row of a history says beside who, what and when. All but what matters may be left out. */
export interface EventRow {
  /** The store's job id. */
  readonly job?: number;
  readonly attempt?: number;
  /** See {@link SEEN}. */
  readonly state?: number;
  /** Another job's id: the parent of an edge. */
  readonly other?: number;
  /** Rows of one transaction share a number above 0. */
  readonly txn?: number;
  /** The JSON text of a result, or of the queues that a claim or a rest is about; kept as a number, see `History.payload`. */
  readonly payload?: string | null;
  /** By kind: the lease of a claim and the delay of a nack in ms, the version (log seq) of a read, a run's id … */
  readonly value?: number;
}
