/**
 * When to stop a paired comparison, and what it then says.
 *
 * Two errors are limited for the whole comparison, peeking included. A slowdown that is tolerated
 * (≤ 3 %) is called a regression in at most 0.5 % of comparisons, and one that matters (≥ 10 %) passes
 * in at most 2 %. Each error is divided among the looks, and the shares add up to the whole: by the
 * union bound the limit holds for every kind of noise and every dependence between the looks, and it
 * still holds when Holm's correction is applied within a look.
 */
import assert from "node:assert/strict";
import {
  estimateDifference,
  type PairedSample,
  pairedSample,
  pValueOfAtLeast,
  pValueOfAtMost,
} from "./compare.ts";
import { holm } from "./holm.ts";
import type { Interval } from "./intervals.ts";

/** One moment at which the comparison may stop. */
interface Look {
  readonly pairs: number;
  /** The share of the false-alarm error that this look may spend. */
  readonly falseAlarm: number;
  /** The share of the miss error that this look may spend. */
  readonly miss: number;
}

/** A complete stopping rule; looks in the order of pairs. */
export interface SequentialRule {
  readonly looks: readonly Look[];
  /** Head / base up to which a slowdown is tolerated. */
  readonly toleratedRatio: number;
  /** Head / base from which on a slowdown must not pass. */
  readonly fatalRatio: number;
}

/**
 * The rule of the gate. Eight pairs cannot say less than p = 1/256, so a regression waits for twelve
 * (for sixteen with several metrics), and most of its error is kept for the last look, which finds the
 * small ones; a pass needs no patience and spends evenly. Chosen among eight divisions by simulating
 * 2,000 comparisons of a 10 % slowdown each: with 5 % noise per pair this one finds 99 %, with one
 * pair in ten disturbed tenfold 95 %, and an unchanged build passes after 9 pairs on average.
 */
export const GATE_RULE: SequentialRule = {
  looks: [
    { pairs: 8, falseAlarm: 0, miss: 0.004 },
    { pairs: 12, falseAlarm: 0.00025, miss: 0.004 },
    { pairs: 16, falseAlarm: 0.0005, miss: 0.004 },
    { pairs: 24, falseAlarm: 0.00125, miss: 0.004 },
    { pairs: 32, falseAlarm: 0.003, miss: 0.004 },
  ],
  toleratedRatio: 1.03,
  fatalRatio: 1.1,
};

/** What one metric shows at a look. */
interface MetricJudgement {
  readonly verdict: "regression" | "pass" | "undecided";
  /** Head / base as a slowdown: 1.1 is 10 % worse. */
  readonly ratio: number;
  /** The exact 95 % interval of the ratio at this look alone; not corrected for the other looks. */
  readonly interval: Interval | null;
  /** Of "the slowdown is tolerated", corrected for the other metrics (Holm). */
  readonly regressionPValue: number;
  /** Of "the slowdown matters". */
  readonly passPValue: number;
  /**
   * The smallest slowdown that this look, with the spread it saw, would have called a regression;
   * null where it cannot call one, however large.
   */
  readonly smallestVisibleRatio: number | null;
}

/** What the comparison says at a look. */
export interface Judgement {
  /**
   * `regression` when any metric regressed; `pass` when all pass at this look; `continue` when more
   * pairs may decide; `inconclusive` when the last look did not.
   */
  readonly verdict: "regression" | "pass" | "continue" | "inconclusive";
  readonly pairs: number;
  readonly metrics: Readonly<Record<string, MetricJudgement>>;
}

/** The number of pairs at which to look next, or null after the last look. */
export function nextLook(pairs: number, rule: SequentialRule = GATE_RULE): number | null {
  return rule.looks.find((look) => look.pairs > pairs)?.pairs ?? null;
}

/**
 * Judges the gated metrics, at least one, by their log slowdowns (see `logSlowdowns`). All have the
 * same number of pairs, which is one of the rule's looks.
 */
export function judge(
  slowdowns: Readonly<Record<string, readonly number[]>>,
  rule: SequentialRule = GATE_RULE,
): Judgement {
  const names = Object.keys(slowdowns);
  const samples = Object.values(slowdowns).map(pairedSample);
  const pairs = samples[0]?.pairs;
  const look = rule.looks.find((candidate) => candidate.pairs === pairs);
  assert(look, `${pairs} pairs are not a look`);
  assert(
    samples.every((sample) => sample.pairs === pairs),
    "metrics with unequal numbers of pairs",
  );
  const tolerated = Math.log(rule.toleratedRatio);
  const corrected = holm(samples.map((sample) => pValueOfAtMost(sample, tolerated)));
  const judged = samples.map((sample, index): MetricJudgement => {
    const { estimate, interval } = estimateDifference(sample);
    const regressionPValue = corrected[index] ?? 1;
    const passPValue = pValueOfAtLeast(sample, Math.log(rule.fatalRatio));
    return {
      verdict: verdictOf(regressionPValue, passPValue, look),
      ratio: Math.exp(estimate),
      interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
      regressionPValue,
      passPValue,
      smallestVisibleRatio: smallestVisible(sample, tolerated, look.falseAlarm / names.length),
    };
  });
  return {
    verdict: overall(judged, nextLook(look.pairs, rule) !== null),
    pairs: look.pairs,
    metrics: Object.fromEntries(judged.map((metric, index) => [names[index], metric])),
  };
}

/** The tolerated ratio plus the reach of the interval below the estimate, at the error that the look may spend. */
function smallestVisible(sample: PairedSample, tolerated: number, error: number): number | null {
  const { estimate, interval } = estimateDifference(sample, 1 - 2 * error);
  return interval && Math.exp(tolerated + estimate - interval.low);
}

/** Between the tolerated and the fatal slowdown both may be proven; then it is a regression. */
function verdictOf(
  regressionPValue: number,
  passPValue: number,
  look: Look,
): MetricJudgement["verdict"] {
  if (regressionPValue <= look.falseAlarm) {
    return "regression";
  }
  return passPValue <= look.miss ? "pass" : "undecided";
}

function overall(metrics: readonly MetricJudgement[], goesOn: boolean): Judgement["verdict"] {
  if (metrics.some(({ verdict }) => verdict === "regression")) {
    return "regression";
  }
  if (metrics.every(({ verdict }) => verdict === "pass")) {
    return "pass";
  }
  return goesOn ? "continue" : "inconclusive";
}
