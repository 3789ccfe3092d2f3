/** Counters: what the code did, exact for a given input. One pair tells, and no noise excuses them. */
import type { MetricComparison } from "../results/comparison.ts";
import { metricOf } from "../results/metric.ts";
import type { Pair, Side } from "../results/pair.ts";

/** What the counters of one cell show. */
export interface CounterComparison {
  readonly metrics: readonly MetricComparison[];
  /** Counters that are not what their name promises, in words. */
  readonly notes: readonly string[];
}

/** Compares those of `names` that both sides have. One that varies within a side is reported only. */
export function compareCounters(
  names: readonly string[],
  pairs: readonly Pair[],
): CounterComparison {
  const metrics = names.flatMap((name) => compareCounter(name, pairs) ?? []);
  const notes = metrics
    .filter(({ role }) => role === "reported")
    .map(({ metric }) => `${metric} varies between trials of one build: it is reported only`);
  return { metrics, notes };
}

/** Null where a side lacks the counter. */
function compareCounter(metric: string, pairs: readonly Pair[]): MetricComparison | null {
  const [bases, heads] = [valuesOf("base", metric, pairs), valuesOf("head", metric, pairs)];
  const [base, head] = [bases[0], heads[0]];
  if (base === undefined || head === undefined) return null;
  const higher = metricOf(metric).better === "higher";
  const [less, more] = higher ? [head, base] : [base, head];
  const steady = new Set(bases).size === 1 && new Set(heads).size === 1;
  const verdict = more > less ? "regression" : "pass";
  return {
    metric,
    role: steady ? "counter" : "reported",
    base,
    head,
    ratio: less > 0 && more > 0 ? more / less : null,
    interval: null,
    pairs: pairs.length,
    verdict: steady ? verdict : "reported",
    smallestVisibleRatio: null,
  };
}

function valuesOf(side: Side, metric: string, pairs: readonly Pair[]): number[] {
  return pairs.flatMap((pair) => pair[side].metrics[metric] ?? []);
}
