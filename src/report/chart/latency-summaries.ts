/** Latencies of trials as figures of their cell's summary: the median over the trials, with an interval. */
import type { Cell, Result, Trial } from "../../results/result.ts";
import { completedTrials, summarizeValues } from "../../results/summarize.ts";
import { percentileName } from "./latency-profile.ts";

/** Below the median a latency interests nobody. */
const FROM_PERCENTILE = 50;

/** The result with the percentiles of its latencies in the summaries, where charts look for them. */
export function withLatencies(result: Result): Result {
  return { ...result, cells: result.cells.map(withPercentiles) };
}

function withPercentiles(cell: Cell): Cell {
  const values = new Map<string, number[]>();
  const tooRare = new Set<string>();
  for (const { key, valueMs, rare } of completedTrials(cell.trials).flatMap(percentilesOf)) {
    if (rare) tooRare.add(key);
    const known = values.get(key);
    if (known === undefined) values.set(key, [valueMs]);
    else known.push(valueMs);
  }
  const figures = [...values].filter(([key]) => !tooRare.has(key));
  if (figures.length === 0) return cell;
  const summaries = figures.map(([key, all]) => [key, summarizeValues(all)] as const);
  return { ...cell, summary: { ...cell.summary, ...Object.fromEntries(summaries) } };
}

interface PercentileValue {
  readonly key: string;
  readonly valueMs: number;
  /** Of 100 values the 99.9th percentile is the largest one, and no percentile at all. */
  readonly rare: boolean;
}

function percentilesOf({ latencies = {} }: Trial): readonly PercentileValue[] {
  return Object.entries(latencies).flatMap(([name, { count, percentiles }]) =>
    percentiles
      .filter(([percentile]) => percentile >= FROM_PERCENTILE && percentile < 100)
      .map(([percentile, valueMs]) => ({
        key: percentileName(name, percentile),
        valueMs,
        // 1,000 values are enough for the 99.9th, which a division would miss by a rounding.
        rare: count * (100 - percentile) < 99.999,
      })),
  );
}
