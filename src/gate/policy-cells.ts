/** The cells of a policy as they are judged: each with the metrics and counters that decide about it. */
import { InputError } from "../lib/errors.ts";
import { metricOf } from "../results/metric.ts";
import type { ParameterValue } from "../results/result.ts";
import type { GatePolicy, PolicyCell } from "./gate-policy.ts";
import type { JudgedCell } from "./judge-pairs.ts";

/** What the cell text of a policy stands for. */
export interface ExpandedCell {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The metrics of its scenario, the one that answers its question first. */
  readonly metrics: readonly string[];
}

/**
 * Judges a cell by what its entry names, else by the metric that answers the scenario's question. A
 * counter that is named is judged as one: it is exact, and one pair tells.
 */
export function judgedCell(
  { gate, source }: PolicyCell,
  { counters }: Pick<GatePolicy, "counters">,
  { scenario, parameters, metrics }: ExpandedCell,
): JudgedCell {
  const unknown = gate?.find((metric) => !metrics.includes(metric));
  if (unknown !== undefined) {
    throw new InputError(
      `${source}: ${scenario} does not measure ${unknown}. It measures ${metrics.join(", ")}.`,
    );
  }
  const names = gate ?? metrics.slice(0, 1);
  const isCounter = (metric: string): boolean => metricOf(metric).deterministic;
  return {
    scenario,
    parameters,
    gate: names.filter((metric) => !isCounter(metric)),
    counters: [...new Set([...names.filter(isCounter), ...counters])],
  };
}
