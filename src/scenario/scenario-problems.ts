/** The rules of a scenario that tie its fields together, each violation with the field that it is about. */
import type { Scenario, ScenarioParameter } from "./scenario.ts";
import { didYouMean } from "./suggest.ts";
import { parseThreshold, ThresholdError } from "./threshold.ts";
import {
  accepts,
  choiceText,
  PARAMETER_CHOICES,
  type ParameterValue,
  WORKLOAD_NAMES,
  WORKLOADS,
} from "./workload.ts";

/** One violated rule: the way to the field, and what is wrong and would be right. */
export interface FieldProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Lines that show the place within the field. */
  readonly picture?: string;
}

/** All violated rules of a scenario whose form is right, in the order of its fields. `metrics` are the known ones. */
export function scenarioProblems(
  scenario: Scenario,
  metrics: readonly string[],
): readonly FieldProblem[] {
  return [
    ...handlerProblems(scenario),
    ...missingParameters(scenario),
    ...Object.entries(scenario.parameters).flatMap(([name, parameter]) =>
      parameterProblems(scenario, name, parameter),
    ),
    ...cellProblems(scenario),
    ...answerProblems(scenario, metrics),
  ];
}

function handlerProblems({ handlers, workload }: Scenario): FieldProblem[] {
  if (handlers === undefined || WORKLOADS[workload].handlers) return [];
  const able = WORKLOAD_NAMES.filter((name) => WORKLOADS[name].handlers);
  const message = `the workload ${workload} has jobs of its own; handlers go with ${able.join(", ")}`;
  return [{ path: ["handlers"], message }];
}

function missingParameters(scenario: Scenario): FieldProblem[] {
  const { required } = WORKLOADS[scenario.workload];
  return required
    .filter((name) => !Object.hasOwn(scenario.parameters, name))
    .map((name) => ({
      path: ["parameters"],
      message: `the workload ${scenario.workload} needs the parameter ${name}`,
    }));
}

function parameterProblems(
  scenario: Scenario,
  name: string,
  parameter: ScenarioParameter,
): FieldProblem[] {
  const path = ["parameters", name];
  const workload = WORKLOADS[scenario.workload];
  const taken = [...workload.required, ...workload.optional];
  const widest = PARAMETER_CHOICES[name];
  if (!taken.includes(name) || widest === undefined) {
    return [{ path, message: unknownWord("parameter", name, taken, ` for ${scenario.workload}`) }];
  }
  return [
    ...choiceProblems(path, parameter, name),
    ...valueProblems(path, "default", parameter),
    ...valueProblems(path, "smoke", parameter),
    ...referenceProblems(path, scenario, name, parameter),
    ...conditionProblems(path, scenario, name, parameter),
  ];
}

function choiceProblems(
  path: readonly string[],
  parameter: ScenarioParameter,
  name: string,
): FieldProblem[] {
  const { values, range } = parameter;
  const widest = PARAMETER_CHOICES[name] ?? {};
  if (values === undefined && range === undefined) {
    return [{ path, message: "needs values (names) or range (numbers), or both" }];
  }
  const problems: FieldProblem[] = (values ?? []).flatMap((value, i) =>
    accepts(widest, value)
      ? []
      : [{ path: [...path, "values", i], message: refusal(value, widest) }],
  );
  if (range === undefined) return problems;
  if (range.from > range.to) {
    problems.push({ path: [...path, "range"], message: "from is above to" });
  }
  for (const end of ["from", "to"] as const) {
    if (accepts(widest, range[end])) continue;
    problems.push({ path: [...path, "range", end], message: refusal(range[end], widest) });
  }
  return problems;
}

function valueProblems(
  path: readonly string[],
  field: "default" | "smoke",
  parameter: ScenarioParameter,
): FieldProblem[] {
  return listOf(parameter[field])
    .filter((value) => !accepts(parameter, value))
    .map((value) => ({ path: [...path, field], message: refusal(value, parameter) }));
}

function referenceProblems(
  path: readonly string[],
  scenario: Scenario,
  name: string,
  parameter: ScenarioParameter,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if ((parameter.default === undefined) === (parameter.sameAs === undefined)) {
    problems.push({ path, message: "needs exactly one of default and sameAs" });
  }
  for (const field of ["sameAs", "atMost"] as const) {
    const target = parameter[field];
    if (target === undefined) continue;
    const others = otherParameters(scenario, name);
    if (!others.includes(target)) {
      problems.push({ path: [...path, field], message: unknownWord("parameter", target, others) });
    } else if (field === "sameAs" && scenario.parameters[target]?.sameAs !== undefined) {
      problems.push({
        path: [...path, field],
        message: `${target} has no default of its own; name a parameter that has one`,
      });
    }
  }
  return problems;
}

function conditionProblems(
  path: readonly string[],
  scenario: Scenario,
  name: string,
  parameter: ScenarioParameter,
): FieldProblem[] {
  return Object.entries(parameter.appliesWhen ?? {}).flatMap(([other, values]) =>
    assignmentProblems([...path, "appliesWhen"], scenario, otherParameters(scenario, name), [
      other,
      values,
    ]),
  );
}

function cellProblems(scenario: Scenario): FieldProblem[] {
  const declared = Object.keys(scenario.parameters);
  return scenario.cells.flatMap((cell, i) =>
    Object.entries(cell).flatMap(([name, values]) =>
      assignmentProblems(["cells", i], scenario, declared, [name, listOf(values)]),
    ),
  );
}

/** Checks one `name: values` that speaks of another parameter. */
function assignmentProblems(
  path: readonly PropertyKey[],
  scenario: Scenario,
  known: readonly string[],
  [name, values]: readonly [string, readonly ParameterValue[]],
): FieldProblem[] {
  const parameter = known.includes(name) ? scenario.parameters[name] : undefined;
  if (parameter === undefined) {
    return [{ path: [...path, name], message: unknownWord("parameter", name, known) }];
  }
  return values
    .filter((value) => !accepts(parameter, value))
    .map((value) => ({ path: [...path, name], message: refusal(value, parameter) }));
}

/** Metrics, thresholds, checks and chart. */
function answerProblems(scenario: Scenario, metrics: readonly string[]): FieldProblem[] {
  const known = (
    path: readonly PropertyKey[],
    kind: string,
    word: string | undefined,
    words: readonly string[],
  ): FieldProblem[] =>
    word === undefined || words.includes(word)
      ? []
      : [{ path, message: unknownWord(kind, word, words) }];
  const declared = Object.keys(scenario.parameters);
  const { checks } = WORKLOADS[scenario.workload];
  return [
    ...scenario.metrics.flatMap((name, i) => known(["metrics", i], "metric", name, metrics)),
    ...scenario.thresholds.flatMap((text, i) => thresholdProblems(scenario, text, i)),
    ...scenario.checks.flatMap((name, i) => known(["checks", i], "check", name, checks)),
    ...known(["chart", "x"], "parameter", scenario.chart.x, declared),
    ...known(["chart", "y"], "metric", scenario.chart.y, scenario.metrics),
    ...known(["chart", "series"], "parameter", scenario.chart.series, declared),
  ];
}

function thresholdProblems(scenario: Scenario, text: string, i: number): FieldProblem[] {
  const { metrics, parameters } = scenario;
  const words = { metrics, headline: metrics[0], parameters: Object.keys(parameters) };
  try {
    parseThreshold(text, words);
    return [];
  } catch (error) {
    if (!(error instanceof ThresholdError)) throw error;
    // The sentence ends where its line does.
    const message = error.problem.replace(/\.$/, "");
    return [{ path: ["thresholds", i], message, picture: error.picture }];
  }
}

function otherParameters(scenario: Scenario, name: string): string[] {
  return Object.keys(scenario.parameters).filter((other) => other !== name);
}

function unknownWord(kind: string, word: string, known: readonly string[], where = ""): string {
  return `unknown ${kind} "${word}"${where}${didYouMean(word, known)} Known are ${known.join(", ")}`;
}

function refusal(value: ParameterValue, choice: Parameters<typeof choiceText>[0]): string {
  return `${JSON.stringify(value)} is not possible; it takes ${choiceText(choice)}`;
}

/** A single value or a list as a list. */
function listOf(
  values: ParameterValue | readonly ParameterValue[] | undefined,
): readonly ParameterValue[] {
  if (values === undefined) return [];
  return typeof values === "object" ? values : [values];
}
