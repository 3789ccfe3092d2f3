/** Wald's sequential test of a failure rate: how many runs it takes to call a test stable or flaky. */

/** The two rates to tell apart, and how often either may be mistaken for the other. */
export interface FlakinessPlan {
  /** The failure rate that is still acceptable. */
  readonly acceptable: number;
  /** The failure rate that is not. */
  readonly unacceptable: number;
  /** How often an acceptable test may be called flaky (α). */
  readonly falseAlarm: number;
  /** How often an unacceptable test may be called stable (β). */
  readonly miss: number;
}

/** 0.1 % against 1 %: stable after 326 straight passes. */
export const CAREFUL_PLAN: FlakinessPlan = {
  acceptable: 0.001,
  unacceptable: 0.01,
  falseAlarm: 0.05,
  miss: 0.05,
};

/** 0.1 % against 5 %: stable after 59 straight passes. */
export const QUICK_PLAN: FlakinessPlan = { ...CAREFUL_PLAN, unacceptable: 0.05 };

/** The test's answer; `continue` asks for another run. */
export type FlakinessVerdict = "stable" | "flaky" | "continue";

/**
 * The answer after the given numbers of passes and failures. Ask after each run, and stop at the first
 * answer that is not `continue`.
 */
export function judgeFlakiness(
  passes: number,
  failures: number,
  plan: FlakinessPlan = CAREFUL_PLAN,
): FlakinessVerdict {
  const evidence = passes * passWeight(plan) + failures * failureWeight(plan);
  if (evidence <= stableAt(plan)) {
    return "stable";
  }
  return evidence >= flakyAt(plan) ? "flaky" : "continue";
}

/** How many straight passes from the start make a test stable. */
export function passesToAccept(plan: FlakinessPlan = CAREFUL_PLAN): number {
  return Math.ceil(stableAt(plan) / passWeight(plan));
}

/** The log likelihood ratio (unacceptable over acceptable) of one pass; negative. */
function passWeight({ acceptable, unacceptable }: FlakinessPlan): number {
  return Math.log1p(-unacceptable) - Math.log1p(-acceptable);
}

/** The log likelihood ratio of one failure; positive. */
function failureWeight({ acceptable, unacceptable }: FlakinessPlan): number {
  return Math.log(unacceptable / acceptable);
}

function stableAt({ falseAlarm, miss }: FlakinessPlan): number {
  return Math.log(miss / (1 - falseAlarm));
}

function flakyAt({ falseAlarm, miss }: FlakinessPlan): number {
  return Math.log((1 - miss) / falseAlarm);
}
