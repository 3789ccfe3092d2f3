/** Trigger rules: when the ends of a job's parents make it ready, or decide that it never runs. */
import { CAUSE } from "./job.ts";

/** Rules by name; the numbers are stored with the job. */
export const TRIGGER = { all_success: 0, one_success: 1 } as const;

/** A rule's name. */
export type TriggerName = keyof typeof TRIGGER;

/** Names by stored number. */
export const TRIGGER_NAMES = Object.keys(TRIGGER) as readonly TriggerName[];

/** What the parents so far mean for a child: a number below 0 says to wait or run, else the cause of the skip. */
export const DECISION = { wait: -2, run: -1 } as const;

/**
 * Decides a blocked job in O(1) from how its parents ended.
 *
 * @param rule one of {@link TRIGGER}
 * @param pending parents that have not ended
 * @param failed parents that failed or were cancelled, or skipped because of a failure above them
 * @param skipped parents skipped by a rule
 * @param total all parents
 * @returns {@link DECISION}, or the {@link CAUSE} of the skip
 */
export function decide(
  rule: number,
  pending: number,
  failed: number,
  skipped: number,
  total: number,
): number {
  if (total === 0) return DECISION.run;
  if (rule === TRIGGER.one_success) {
    if (pending + failed + skipped < total) return DECISION.run;
    if (pending > 0) return DECISION.wait;
    return failed > 0 ? CAUSE.upstreamFailed : CAUSE.rule;
  }
  if (failed > 0) return CAUSE.upstreamFailed;
  if (skipped > 0) return CAUSE.rule;
  return pending > 0 ? DECISION.wait : DECISION.run;
}
