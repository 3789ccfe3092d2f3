/**
 * Chooses the trials of a block that are measured again because the machine was disturbed. Pure, and it
 * looks at the environment only: a guard that looked at the figures would choose the figures.
 */
import { isNoisy } from "../results/noise.ts";
import type { TrialEnvironment } from "../results/result.ts";

/** A trial that has ended. */
export interface EndedTrial {
  /** Index of its cell in the plan. */
  readonly cell: number;
  readonly order: number;
  readonly environment: TrialEnvironment;
  /** Wall time of the trial and its check. */
  readonly costMs: number;
}

/** Of a machine that is never quiet no more can be had. */
const MAX_REPEAT_SHARE = 0.25;

/** Of the time left, the most that one repeat may take: other cells wait for theirs. */
const MAX_TIME_SHARE = 0.25;

/** What was measured so far; `leftMs` is what the budget still allows, `Infinity` without one. */
export interface RepeatRoom {
  /** Trials without their repeats. */
  readonly trials: number;
  readonly repeats: number;
  readonly leftMs: number;
}

/** The trials of `block` to repeat, in their order: at most a quarter of all, as far as there is time. */
export function chooseRepeats(
  block: readonly EndedTrial[],
  { trials, repeats, leftMs }: RepeatRoom,
): readonly EndedTrial[] {
  const allowed = Math.floor(trials * MAX_REPEAT_SHARE) - repeats;
  return block
    .filter(({ environment, costMs }) => isNoisy(environment) && costMs <= leftMs * MAX_TIME_SHARE)
    .slice(0, Math.max(0, allowed));
}
