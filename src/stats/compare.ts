/**
 * Comparing two builds by pairs of measurements.
 *
 * A pair shares its moment on the machine, so slow drift cancels in the ratio. Ratios are judged on
 * the log scale, where 2x and 0.5x are equally far from 1, by Hodges and Lehmann's estimate and the
 * interval and tests that belong to Wilcoxon's signed-rank distribution: exact for every number of
 * pairs up to 50, whatever the shape of the noise, as long as it is symmetric within a pair.
 */
import assert from "node:assert/strict";
import { at } from "./elements.ts";
import { CONFIDENCE, type Interval } from "./intervals.ts";
import { signedRankCdf, signedRankCritical } from "./signed-rank.ts";
import { median } from "./summary.ts";

/**
 * The log ratio of a pair, signed so that positive means that the head is worse. Each side has one positive figure,
 * or as many as rounds that were taken in turns: then it is the median of the ratios of neighbours, which drops what
 * changed between the turns. One figure stands for all rounds of its side.
 */
export function logSlowdown(
  base: readonly number[],
  head: readonly number[],
  better: "higher" | "lower",
): number {
  const rounds = Math.max(base.length, head.length);
  const ratios = Array.from({ length: rounds }, (_, round) => {
    const [was, is] = [figureAt(base, round), figureAt(head, round)];
    assert(was > 0 && is > 0, `round ${round} has ratio ${is} / ${was}`);
    return Math.log(is / was);
  });
  const logRatio = median(ratios);
  return better === "lower" ? logRatio : -logRatio;
}

function figureAt(figures: readonly number[], round: number): number {
  return figures.length === 1 ? at(figures, 0) : at(figures, round);
}

/** Paired differences, ready for estimates and tests. */
export interface PairedSample {
  readonly pairs: number;
  /** The means of all pairs of differences, a difference with itself included; smallest first. */
  readonly walshAverages: readonly number[];
}

/** Prepares 1 to 50 differences. */
export function pairedSample(differences: readonly number[]): PairedSample {
  const walshAverages = differences.flatMap((a, i) => differences.slice(i).map((b) => (a + b) / 2));
  return { pairs: differences.length, walshAverages: walshAverages.sort((a, b) => a - b) };
}

/**
 * Hodges and Lehmann's estimate of the difference and its exact interval, which is null when there
 * are too few pairs for the confidence (at 95 %: fewer than 6).
 */
export function estimateDifference(
  { pairs, walshAverages }: PairedSample,
  confidence: number = CONFIDENCE,
): { readonly estimate: number; readonly interval: Interval | null } {
  const critical = signedRankCritical(pairs, (1 - confidence) / 2);
  const interval =
    critical === null
      ? null
      : {
          low: at(walshAverages, critical),
          high: at(walshAverages, walshAverages.length - 1 - critical),
        };
  return { estimate: median(walshAverages), interval };
}

/** One-sided p-value of "the difference is at most `bound`": small when it is clearly larger. */
export function pValueOfAtMost({ pairs, walshAverages }: PairedSample, bound: number): number {
  // An average on the bound counts against the finding: measurements that repeat a figure make the
  // test careful, never bold.
  return signedRankCdf(walshAverages.filter((average) => average <= bound).length, pairs);
}

/** One-sided p-value of "the difference is at least `bound`": small when it is clearly smaller. */
export function pValueOfAtLeast({ pairs, walshAverages }: PairedSample, bound: number): number {
  return signedRankCdf(walshAverages.filter((average) => average >= bound).length, pairs);
}
