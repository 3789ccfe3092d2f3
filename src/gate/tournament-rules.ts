/** The rules by which other tools raise an alarm, as pure functions of what such a tool would have seen. */
import { mean } from "../stats/elements.ts";
import { mannWhitney } from "../stats/mann-whitney.ts";
import { median } from "../stats/summary.ts";
import { upperPredictionLimit, welchTest } from "../stats/welch.ts";

/** The figures of one comparison; costs: lower is better. */
export interface Sight {
  /** The base, measured in one block before the head. */
  readonly base: readonly number[];
  /** The head, in one block. */
  readonly head: readonly number[];
  /** The base as an earlier session measured it; null when there was none. */
  readonly stored: readonly number[] | null;
  /** Means of earlier blocks of the base, oldest first; null when there are too few. */
  readonly history: readonly number[] | null;
}

/** A rule; `alarm` is null where the sight lacks what it needs. */
export interface TournamentRule {
  readonly name: string;
  alarm(sight: Sight): boolean | null;
}

const SIGNIFICANT = 0.05;
const STRICTLY_SIGNIFICANT = 0.002;
const WORSE_RATIO = 1.1;
const NOISE_SHARE = 0.01;
const PREDICTION_CONFIDENCE = 0.99;

/** In the order of the table. */
export const TOURNAMENT_RULES: readonly TournamentRule[] = [
  {
    name: "mean > 1.1 of the stored mean",
    alarm: ({ stored, head }) => (stored === null ? null : mean(head) / mean(stored) > WORSE_RATIO),
  },
  {
    name: "Mann–Whitney p < 0.05, in blocks",
    alarm: ({ base, head }) =>
      mannWhitney(base, head).pValue < SIGNIFICANT && median(head) > median(base),
  },
  {
    name: "t-test p < 0.05 and more than 1 % noise, in blocks",
    alarm: ({ base, head }) => {
      const { pValue, interval } = welchTest(base, head);
      return pValue < SIGNIFICANT && interval.low / mean(base) > NOISE_SHARE;
    },
  },
  {
    name: "Mann–Whitney p < 0.002 and 1.1x, in blocks",
    alarm: ({ base, head }) =>
      mannWhitney(base, head).pValue < STRICTLY_SIGNIFICANT &&
      median(head) / median(base) > WORSE_RATIO,
  },
  {
    name: "above the 99 % prediction limit of the history",
    alarm: ({ history, head }) =>
      history === null ? null : mean(head) > upperPredictionLimit(history, PREDICTION_CONFIDENCE),
  },
];
