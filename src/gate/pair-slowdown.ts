/** How much worse the head of a pair is. */
import { metricOf } from "../results/metric.ts";
import type { Pair } from "../results/pair.ts";
import { logSlowdown } from "../stats/compare.ts";

/** The log slowdown of a metric that both sides have, and that is above 0 on both; positive is worse. */
export function pairSlowdown({ base, head }: Pick<Pair, "base" | "head">, metric: string): number {
  const better = metricOf(metric).better === "higher" ? "higher" : "lower";
  return logSlowdown(roundsOf(base, metric), roundsOf(head, metric), better);
}

/** A column that was the same in all rounds is not kept, and a trial of one round has none. */
function roundsOf({ metrics, rounds }: Pair["base"], metric: string): readonly number[] {
  return rounds?.[metric] ?? [metrics[metric] ?? 0];
}
