/** The parameter flags of the built-in scenarios. A user's own scenario declares a part of the same parameters. */
import { METRICS } from "../results/metric.ts";
import { builtInScenarioNames, loadScenario } from "../scenario/load-scenario.ts";
import { type ParameterFlag, parameterFlags } from "../scenario/parameters.ts";

let flags: readonly ParameterFlag[] | undefined;

/** Reads the scenarios once. */
export function builtInFlags(): readonly ParameterFlag[] {
  const names = builtInScenarioNames();
  flags ??= parameterFlags(names.map((name) => loadScenario(name, Object.keys(METRICS))));
  return flags;
}
