/** Which thresholds hold for which scenario: those of its file, and those of the command line that fit it. */
import type { Scenario } from "../scenario/scenario.ts";
import { isAbout, parseThreshold, type Threshold, ThresholdError } from "../scenario/threshold.ts";
import type { PlannedCell } from "./run-plan.ts";

/**
 * The thresholds of each scenario by its name, each readable by itself. One of the command line
 * (`asked`) goes to every scenario that has its metric and the parameters of its pattern.
 *
 * @throws ThresholdError for one that no scenario can take, or whose pattern matches no cell
 */
export function planThresholds(
  scenarios: readonly Scenario[],
  asked: readonly string[],
  cells: readonly PlannedCell[],
): Readonly<Record<string, readonly string[]>> {
  const taken = asked.map((text) => ({ text, by: takers(scenarios, text) }));
  for (const { text, by } of taken) refuseIdlePattern(text, by, cells);
  return Object.fromEntries(
    scenarios.map((scenario) => {
      const own = scenario.thresholds.map((text) => read(scenario, text).text);
      const added = taken.flatMap(({ by }) => by.get(scenario.name)?.text ?? []);
      return [scenario.name, [...new Set([...own, ...added])]];
    }),
  );
}

function read({ metrics, parameters }: Scenario, text: string): Threshold {
  return parseThreshold(text, {
    metrics,
    headline: metrics[0],
    parameters: Object.keys(parameters),
  });
}

/** The scenarios that the threshold fits, by name. */
function takers(scenarios: readonly Scenario[], text: string): ReadonlyMap<string, Threshold> {
  const fitting = new Map<string, Threshold>();
  const errors: ThresholdError[] = [];
  for (const scenario of scenarios) {
    try {
      fitting.set(scenario.name, read(scenario, text));
    } catch (error) {
      if (!(error instanceof ThresholdError)) throw error;
      errors.push(error);
    }
  }
  if (fitting.size > 0) return fitting;
  // The one that got furthest understood most of it.
  const [furthest] = errors.toSorted((a, b) => b.at - a.at);
  throw furthest ?? new ThresholdError(text, 0, "there is no scenario to hold to it.");
}

function refuseIdlePattern(
  text: string,
  by: ReadonlyMap<string, Threshold>,
  cells: readonly PlannedCell[],
): void {
  const matched = cells.some(({ scenario, parameters }) => {
    const threshold = by.get(scenario);
    return threshold !== undefined && isAbout(threshold, parameters);
  });
  if (matched) return;
  throw new ThresholdError(text, Math.max(0, text.indexOf("[")), "the pattern matches no cell.");
}
