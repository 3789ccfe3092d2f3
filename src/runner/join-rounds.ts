/** Makes one trial of the rounds that a process measured: the median of each metric, and the rounds themselves. */
import type { Trial } from "../results/result.ts";
import { median } from "../stats/summary.ts";

/** The metrics of one round. */
export type RoundMetrics = Readonly<Record<string, number>>;

/** What of a trial comes from its rounds. */
export type JoinedRounds = Pick<Trial, "metrics" | "rounds">;

/** At least one round. A metric that some round lacks is left out; what was the same in all is no column. */
export function joinRounds(rounds: readonly RoundMetrics[]): JoinedRounds {
  const [first = {}] = rounds;
  if (rounds.length === 1) return { metrics: { ...first } };
  const columns = Object.keys(first)
    .map((name) => [name, rounds.flatMap((round) => round[name] ?? [])] as const)
    .filter(([, values]) => values.length === rounds.length);
  return {
    metrics: Object.fromEntries(columns.map(([name, values]) => [name, median(values)])),
    rounds: Object.fromEntries(columns.filter(([, values]) => new Set(values).size > 1)),
  };
}
