/** The words of a schedule: steps that could be next, and who picks. */

/** Something that could run now. */
export interface Step {
  /** The logical thread: a client, a handler, the lane, or whoever set a timer. */
  readonly owner: string;
  /** What it is about to do. */
  readonly label: string;
  /** The job that it touches, or 0. */
  readonly job: number;
  /** False for the next timer, which is not due: to pick it is to let time pass. */
  readonly due: boolean;
  /** When a timer is, or was, due; for what waits for no time, 0. */
  readonly atMs: number;
}

/** A step that was passed, on whatever clock. A list of them is an order. */
export interface Passed extends Pick<Step, "owner" | "label" | "job"> {
  /** As a clock says that begins with {@link START_MS}. */
  readonly nowMs: number;
  /** Of the steps of its thread that were ready, how many stood before it; real time does not know. */
  readonly nth?: number;
}

/** Whose step it is; deferred turns are threads of their own, for many of one owner may wait at once. */
export function threadOf({ owner, label }: Pick<Step, "owner" | "label">): string {
  return label === "turn" ? `${owner}, a turn` : owner;
}

/** When every case begins, on its own clock: a time that no daylight saving touches. */
export const START_MS: number = Date.UTC(2026, 0, 1);

/**
 * Picks the next step. `ready[0]` goes on with whoever ran last where that is possible, and otherwise
 * takes the step that has waited longest, so that 0 is never a preemption.
 */
export interface Picker {
  pick(ready: readonly Step[]): number;
}

/** A step that was taken. */
export interface Taken extends Step, Passed {
  /** Its index among the steps that were ready. */
  readonly choice: number;
  readonly ready: number;
}
