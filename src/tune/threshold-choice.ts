/** What to take for a setting that splits submissions by size between two ways in. Pure. */
import { count, factor, figure } from "../results/phrases.ts";
import type { Candidate, Crossover, Slowdown, TuneChoice } from "../results/tune-result.ts";
import { median } from "../stats/summary.ts";
import { crossoverOf, roundThreshold, type SizePoint } from "./crossover.ts";
import { isSlower, slowdownOf } from "./slowdown.ts";

/** What a threshold chooses between. */
export interface ThresholdQuestion {
  readonly small: string;
  readonly large: string;
  /** Which way a threshold sends a submission of so many rows. */
  picksLarge(rows: number, threshold: number): boolean;
}

/** The part of a choice that the measurement decides. */
export type ThresholdAnswer = Pick<
  TuneChoice,
  "chosen" | "reason" | "shippedToBest" | "verdict" | "candidates" | "crossovers"
>;

/** `null` where no size was measured in both ways. */
export function chooseThreshold(
  question: ThresholdQuestion,
  points: readonly SizePoint[],
  shipped: number,
): ThresholdAnswer | null {
  const { small, large } = question;
  const both = points.filter((point) => point.small.length > 0 && point.large.length > 0);
  const worst = both
    .map((point) => ({ rows: point.rows, slowdown: slowdownOfPick(question, point, shipped) }))
    .sort((a, b) => weightOf(b.slowdown) - weightOf(a.slowdown))[0];
  if (worst === undefined) return null;
  const crossover = crossoverOf(small, large, both);
  const measurable = both.some(({ small: a, large: b }) => slowdownOf(a, b).low !== null);
  const changed = isSlower(worst.slowdown);
  const where = sentence(crossover, both);
  return {
    chosen: changed ? thresholdAt(crossover, both) : shipped,
    reason: changed
      ? `${where}; with ${figure(shipped)} a submission of ${count(worst.rows, "row")} is ${factor(worst.slowdown.ratio)} slower than it could be`
      : `${where}; ${figure(shipped)} is at no measured size surely slower than the other way by more than 5 %`,
    shippedToBest: worst.slowdown,
    verdict: changed ? "changed" : measurable ? "kept" : "unknown",
    candidates: both.flatMap((point) => candidatesOf(question, point)),
    crossovers: [crossover],
  };
}

/** The way that the threshold picks, against the other one. */
function slowdownOfPick(
  { picksLarge }: ThresholdQuestion,
  { rows, small, large }: SizePoint,
  threshold: number,
): Slowdown {
  return picksLarge(rows, threshold) ? slowdownOf(large, small) : slowdownOf(small, large);
}

/** Sure losses come first, then the largest. */
function weightOf(slowdown: Slowdown): number {
  return (isSlower(slowdown) ? 1_000_000 : 0) + slowdown.ratio;
}

function thresholdAt(crossover: Crossover, points: readonly SizePoint[]): number {
  if (crossover.kind === "large-always") return 0;
  const largest = Math.max(...points.map(({ rows }) => rows));
  return crossover.rows === null ? largest : roundThreshold(crossover.rows);
}

function sentence(
  { kind, small, large, rows, low, high }: Crossover,
  points: readonly SizePoint[],
): string {
  const all = points.map((point) => point.rows);
  const range = `${figure(Math.min(...all))} to ${figure(Math.max(...all))} rows`;
  switch (kind) {
    case "crosses":
      return `${large} overtakes ${small} at about ${figure(rows ?? 0)} rows (between ${figure(low ?? 0)} and ${figure(high ?? 0)})`;
    case "small-always":
      return `${large} never overtook ${small} from ${range}`;
    case "large-always":
      return `${large} was ahead of ${small} wherever they differ, from ${range}`;
    case "not-told-apart":
      return `${small} and ${large} were not told apart from ${range}`;
  }
}

function candidatesOf({ small, large }: ThresholdQuestion, point: SizePoint): readonly Candidate[] {
  const ways = [
    { name: small, costs: point.small, other: point.large },
    { name: large, costs: point.large, other: point.small },
  ];
  return ways.map(({ name, costs, other }) => ({
    label: `${name}, ${count(point.rows, "row")}`,
    way: name,
    value: point.rows,
    median: median(costs),
    trials: costs.length,
    toBest: slowdownOf(costs, median(other) < median(costs) ? other : costs),
  }));
}
