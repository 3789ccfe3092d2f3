/** What a history says: where a figure stands, where it changed, and whether for better or worse. */
import type { Random } from "../lib/random.ts";
import { findChangePoints } from "../stats/change-point.ts";
import type { HistoryPoint, HistorySeries } from "./history.ts";
import { metricOf } from "./metric.ts";

/** A step in a history. */
interface HistoryChange {
  /** Its place in the series: the first point of the new level. */
  readonly index: number;
  /** The first run on the new level. */
  readonly runId: string;
  readonly startedAt: string;
  readonly commit: string | null;
  /** New level by old one: 1.1 is 10 % more. */
  readonly ratio: number;
  readonly pValue: number;
  /** Null for a metric of which neither more nor less is better. */
  readonly better: boolean | null;
}

/** A series with what it says. */
export interface HistoryTrend extends HistorySeries {
  readonly changes: readonly HistoryChange[];
  /** The newest figure by the oldest one. */
  readonly ratio: number | null;
}

/** Fewer runs show no step: five on either side. */
export const MIN_RUNS_FOR_CHANGE = 10;

/** Finds the steps of each series, by ratio: twice as fast and half as fast are equally far. */
export function trendOf(series: HistorySeries, random: Random): HistoryTrend {
  const { points, metric } = series;
  const medians = points.map(({ value }) => value.median);
  const positive = medians.every((median) => median > 0);
  const found = positive ? findChangePoints(medians.map(Math.log), { random }) : [];
  const [first, last] = [medians[0], medians.at(-1)];
  return {
    ...series,
    ratio: positive && first !== undefined && last !== undefined ? last / first : null,
    changes: found.flatMap(({ index, before, after, pValue }) => {
      const point = points[index];
      return point === undefined
        ? []
        : [changeAt(point, index, Math.exp(after - before), pValue, metric)];
    }),
  };
}

function changeAt(
  { runId, startedAt, commit }: HistoryPoint,
  index: number,
  ratio: number,
  pValue: number,
  metric: string,
): HistoryChange {
  const { better } = metricOf(metric);
  return {
    index,
    runId,
    startedAt,
    commit,
    ratio,
    pValue,
    better: better === "none" ? null : ratio > 1 === (better === "higher"),
  };
}
