/** From pairs of one build with itself to what a gate can see on this machine. */
import type { CalibratedMetric, Calibration } from "../results/calibration.ts";
import { isNoisy } from "../results/noise.ts";
import type { Pair } from "../results/pair.ts";
import { correlation } from "../stats/correlation.ts";
import { normalQuantile } from "../stats/normal.ts";
import { GATE_RULE, type SequentialRule } from "../stats/sequential.ts";
import { robustSigma } from "../stats/summary.ts";
import type { JudgedCell } from "./judge-pairs.ts";
import { pairSlowdown } from "./pair-slowdown.ts";

/** Minutes of measuring for which the smallest visible change is told. */
const MINUTES = [1, 2, 5, 8] as const;

/** Fewer pairs tell nothing of noise. */
export const FEWEST_PAIRS = 8;

/** The signed-rank test needs so many pairs for each that a t-test would, were the noise normal (π / 3). */
const RANK_EFFICIENCY = 3 / Math.PI;

/** How often a visible change is found, and how often an unchanged build passes. */
const FOUND_SHARE = 0.95;
const PASS_SHARE = 0.9;

/** What was measured of a cell. */
export interface CalibratedCell {
  readonly judged: JudgedCell;
  readonly pairs: readonly Pair[];
  readonly secondsPerPair: number;
}

/** One entry for each gated metric with enough pairs. */
export function calibratedMetrics(
  cells: readonly CalibratedCell[],
  rule: SequentialRule = GATE_RULE,
): CalibratedMetric[] {
  return cells.flatMap(({ judged, pairs, secondsPerPair }) =>
    judged.gate.flatMap((metric) => {
      const base = pairs.flatMap((pair) => positive(pair.base.metrics[metric]));
      const head = pairs.flatMap((pair) => positive(pair.head.metrics[metric]));
      if (base.length !== pairs.length || head.length !== pairs.length) return [];
      if (pairs.length < FEWEST_PAIRS) return [];
      const noise = robustSigma(pairs.map((pair) => pairSlowdown(pair, metric)));
      const { scenario, parameters } = judged;
      return {
        scenario,
        parameters: { ...parameters },
        metric,
        pairs: pairs.length,
        noisyPairs: pairs.filter(
          (pair) => isNoisy(pair.base.environment) || isNoisy(pair.head.environment),
        ).length,
        noise,
        correlation: correlation(base.map(Math.log), head.map(Math.log)),
        secondsPerPair,
        visible: MINUTES.map((minutes) => ({
          minutes,
          ratio: visibleRatio(noise, Math.floor((minutes * 60) / secondsPerPair), rule),
        })),
      };
    }),
  );
}

function positive(value: number | undefined): readonly number[] {
  return value !== undefined && value > 0 ? [value] : [];
}

/** The slowdown that the last look within so many pairs finds in 95 of 100 sessions. */
function visibleRatio(noise: number, pairs: number, rule: SequentialRule): number | null {
  const look = rule.looks.findLast((one) => one.pairs <= pairs && one.falseAlarm > 0);
  if (look === undefined) return null;
  return rule.toleratedRatio * Math.exp(reach(noise, look.pairs, look.falseAlarm, FOUND_SHARE));
}

/** How far a mean must lie from a bound for a test with that error to say so with that power. */
function reach(noise: number, pairs: number, error: number, power: number): number {
  const deviations = normalQuantile(1 - error) + normalQuantile(power);
  return (noise * deviations) / Math.sqrt(pairs * RANK_EFFICIENCY);
}

/** The margins of the rule, the fatal one as far out as the noisiest metric needs, in whole percents. */
export function proposedMargins(
  metrics: readonly Pick<CalibratedMetric, "noise">[],
  { toleratedRatio, fatalRatio, looks }: SequentialRule = GATE_RULE,
): Calibration["proposed"] {
  const last = looks.at(-1);
  const noise = Math.max(0, ...metrics.map((metric) => metric.noise));
  const needed =
    last === undefined ? fatalRatio : Math.exp(reach(noise, last.pairs, last.miss, PASS_SHARE));
  return { toleratedRatio, fatalRatio: Math.max(fatalRatio, Math.ceil(needed * 100) / 100) };
}
