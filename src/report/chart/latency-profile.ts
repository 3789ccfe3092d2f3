/** The percentiles of a cell's latencies, read from its summary. Free of Node: the page uses it too. */
import type { Cell, MetricSummary } from "../../results/result.ts";

/** One percentile of one latency. */
export interface LatencyPoint {
  /** From 50 to below 100. */
  readonly percentile: number;
  readonly value: MetricSummary;
}

/** `latencyMs@99.9`: no metric has such a name. */
const NAME = /^(.+)@([\d.]+)$/;

/** The name in a summary of one percentile of a latency. */
export function percentileName(latency: string, percentile: number): string {
  return `${latency}@${percentile}`;
}

/** The names of the latencies that some cell carries, as `withLatencies` has put them there. */
export function latencyNames(cells: readonly Cell[]): readonly string[] {
  const keys = cells.flatMap(({ summary }) => Object.keys(summary));
  return [...new Set(keys.flatMap((key) => NAME.exec(key)?.[1] ?? []))];
}

/** The percentiles of one latency in rising order; none where the cell does not carry it. */
export function latencyProfile({ summary }: Cell, name: string): readonly LatencyPoint[] {
  return Object.entries(summary)
    .flatMap(([key, value]) => {
      const [, latency, percentile] = NAME.exec(key) ?? [];
      return latency === name ? [{ percentile: Number(percentile), value }] : [];
    })
    .sort((a, b) => a.percentile - b.percentile);
}
