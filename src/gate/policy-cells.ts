/** The cells of a policy as they are judged: each with the metrics and counters that decide about it. */
import { InputError } from "../lib/errors.ts";
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

/** Judges a cell by what its entry names, else by the metric that answers the scenario's question. */
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
  return { scenario, parameters, gate: gate ?? metrics.slice(0, 1), counters };
}
