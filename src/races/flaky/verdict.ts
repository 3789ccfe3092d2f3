/** From passes and failures to a verdict, for a fixed number of runs and for a sequential rule. */
import type { FlakyVerdict } from "../../results/flaky-result.ts";
import { exactLowerBound, exactUpperBound } from "../../stats/intervals.ts";
import { type FlakinessPlan, judgeFlakiness } from "../../stats/sprt.ts";

/** What a test did so far. A retry that turned green is an event, like a failure. */
export interface EventCounts {
  /** Runs in which it was executed. */
  readonly runs: number;
  /** Runs in which it failed at the end. */
  readonly failures: number;
  /** Failures, and passes on a retry. */
  readonly events: number;
}

/** What a rule says of the two rates; both false: nothing yet. */
export interface RuleAnswer {
  /** The failure rate is below the unacceptable one. */
  readonly accepts: boolean;
  /** The failure rate is above the acceptable one. */
  readonly rejects: boolean;
}

/** The answer after a fixed number of runs: exact one-sided bounds, each at the plan's error rates. */
export function fixedAnswer({ runs, events }: EventCounts, plan: FlakinessPlan): RuleAnswer {
  if (runs === 0) return { accepts: false, rejects: false };
  return {
    accepts: exactUpperBound(events, runs, 1 - plan.miss) < plan.unacceptable,
    rejects: exactLowerBound(events, runs, 1 - plan.falseAlarm) > plan.acceptable,
  };
}

/** The sequential rule's answer if it has one at this very count. Ask after each run, and keep the first answer. */
export function sequentialAnswer(
  { runs, events }: EventCounts,
  plan: FlakinessPlan,
): RuleAnswer | null {
  const answer = judgeFlakiness(runs - events, events, plan);
  if (answer === "continue") return null;
  return { accepts: answer === "stable", rejects: answer === "flaky" };
}

/**
 * The verdict. What has failed is never stable: a sequential rule may accept a test that fails later, or
 * so rarely that its rate is acceptable, and then it is suspect.
 */
export function verdictOf(
  { runs, failures, events }: EventCounts,
  { accepts, rejects }: RuleAnswer,
): FlakyVerdict {
  if (runs > 0 && failures === runs) return "broken";
  if (events > 0) return rejects ? "flaky" : "suspect";
  return accepts ? "stable" : "inconclusive";
}

const SEVERITY: readonly FlakyVerdict[] = ["broken", "flaky", "suspect", "inconclusive", "stable"];

/** Orders verdicts, worst first. */
export function bySeverity(a: FlakyVerdict, b: FlakyVerdict): number {
  return SEVERITY.indexOf(a) - SEVERITY.indexOf(b);
}
