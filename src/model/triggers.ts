/** Trigger rules: when the ends of a job's parents make it ready, or decide that it never runs. */
import { InputError } from "../lib/errors.ts";
import { CAUSE } from "./job.ts";

/** Rules by name; the numbers are stored with the job. `at_least(k)` is stored as {@link AT_LEAST} + k. */
export const TRIGGER = {
  all_success: 0,
  one_success: 1,
  all_failed: 2,
  all_done: 3,
  all_done_min_one_success: 4,
  all_skipped: 5,
  one_failed: 6,
  one_done: 7,
  none_failed: 8,
  none_failed_min_one_success: 9,
  none_skipped: 10,
  always: 11,
} as const;

/** The stored number of `at_least(k)` is this plus k. */
export const AT_LEAST = 100;

/** A rule's name. */
export type TriggerName = keyof typeof TRIGGER | `at_least(${number})`;

/** How the parents of a job have ended so far. */
export interface ParentCounts {
  /** All parents. */
  readonly total: number;
  /** Parents that have not ended. */
  readonly pending: number;
  /** Parents that failed or were cancelled, or were skipped because of a failure above them. */
  readonly failed: number;
  /** Parents that were skipped by a rule. */
  readonly skipped: number;
}

/** What the parents so far mean for a child: a number below 0 says to wait or run, else the cause of the skip. */
export const DECISION = { wait: -2, run: -1 } as const;

/**
 * The stored number of a rule for a job with so many parents.
 *
 * @throws InputError for a rule that there is not, and for `at_least(k)` that these parents can never satisfy
 */
export function triggerNumber(name: string, parents: number): number {
  if (Object.hasOwn(TRIGGER, name)) return TRIGGER[name as keyof typeof TRIGGER];
  const wanted = /^at_least\((\d{1,6})\)$/.exec(name)?.[1];
  if (wanted === undefined) {
    throw new InputError(
      `there is no trigger rule ${JSON.stringify(name)}; known are ${Object.keys(TRIGGER).join(", ")} and at_least(k)`,
    );
  }
  const least = Number(wanted);
  if (least < 1)
    throw new InputError(`the trigger rule ${name} asks for nothing; k is a whole number from 1`);
  if (least > parents) {
    throw new InputError(
      `the trigger rule ${name} asks for ${least} of ${parents} parents; k is a whole number from 1 to the number of parents`,
    );
  }
  return AT_LEAST + least;
}

/** The name of a stored rule. */
export function triggerName(rule: number): TriggerName {
  if (rule > AT_LEAST) return `at_least(${rule - AT_LEAST})`;
  const names = Object.keys(TRIGGER) as (keyof typeof TRIGGER)[];
  return names[rule] ?? "all_success";
}

/** A skip for want of a success: a failure above is the reason where there is one. */
function skipForWant(failed: number): number {
  return failed > 0 ? CAUSE.upstreamFailed : CAUSE.rule;
}

/** What a rule decides once it knows how many parents are done, or `null` where only the end of all of them tells. */
type Early = (ends: Ends) => number | null;

/** The parents that have ended, by how. */
interface Ends {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

const runIf = (found: number): number | null => (found > 0 ? DECISION.run : null);
const skipIf = (found: number): number | null => (found > 0 ? CAUSE.rule : null);
const failIf = (found: number): number | null => (found > 0 ? CAUSE.upstreamFailed : null);
const run = (): number => DECISION.run;
const skip = (): number => CAUSE.rule;
const runIfDone = ({ done, failed }: Ends): number =>
  done > 0 ? DECISION.run : skipForWant(failed);

/** Per rule, by its stored number: what decides before all parents have ended, and what decides then. */
const RULES: readonly (readonly [early: Early, atEnd: (ends: Ends) => number])[] = [
  [({ failed, skipped }) => failIf(failed) ?? skipIf(skipped), run],
  [({ done }) => runIf(done), ({ failed }) => skipForWant(failed)],
  [({ done, skipped }) => skipIf(done + skipped), run],
  [() => null, run],
  [() => null, runIfDone],
  [({ done, failed }) => skipIf(done + failed), run],
  [({ failed }) => runIf(failed), skip],
  [({ done, failed }) => runIf(done + failed), skip],
  [({ failed }) => failIf(failed), run],
  [({ failed }) => failIf(failed), runIfDone],
  [({ skipped }) => skipIf(skipped), run],
  [run, run],
];

/** Decides in O(1) what follows for a blocked job. Returns {@link DECISION}, or the `CAUSE` of its skip. */
export function decide(rule: number, { total, pending, failed, skipped }: ParentCounts): number {
  if (total === 0) return DECISION.run;
  const done = total - pending - failed - skipped;
  if (rule > AT_LEAST) return decideAtLeast(rule - AT_LEAST, done, pending, failed);
  const [early, atEnd] = RULES[rule] as (typeof RULES)[number];
  const ends = { done, failed, skipped };
  return early(ends) ?? (pending > 0 ? DECISION.wait : atEnd(ends));
}

function decideAtLeast(least: number, done: number, pending: number, failed: number): number {
  if (done >= least) return DECISION.run;
  return done + pending < least ? skipForWant(failed) : DECISION.wait;
}
