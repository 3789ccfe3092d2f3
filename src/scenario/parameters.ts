/**
 * Parameter flags: from a declared parameter to a flag, and from a flag's text to values.
 *
 * A text is a list of numbers, ranges and names, separated by commas: `1000,10000`, `1e3..1e6` (one
 * value per decade, both ends), `1e3..1e6/3` (three per decade), `values,appender`, `100,all`.
 */
import { InputError } from "../lib/errors.ts";
import { logSteps, MAX_PER_DECADE } from "./log-steps.ts";
import type { Scenario, ScenarioParameter } from "./scenario.ts";
import { didYouMean } from "./suggest.ts";
import { choiceText, type ParameterValue } from "./workload.ts";

/** Values for parameters, by name: what the user asked for in place of the defaults. */
export type Overrides = Readonly<Record<string, readonly ParameterValue[]>>;

/** Most values of one flag. */
const MAX_VALUES = 1000;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const RANGE = /^(.+?)\.\.(.+?)(?:\/(.+))?$/;

/** What may stand behind a number of a parameter with that unit, and what it multiplies by. */
const UNIT_FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ms: { ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  "jobs/s": { "/s": 1, "k/s": 1000 },
  x: { x: 1 },
};

/** A flag that sets a parameter, with what help needs. */
export interface ParameterFlag {
  /** The parameter's name, such as `dagSize`. */
  readonly name: string;
  /** The flag with its hyphens, such as `--dag-size`. */
  readonly flag: string;
  readonly help: string;
  /** The possible values in words. */
  readonly choice: string;
  readonly unit: string | undefined;
  /** The scenarios that declare it, by name. */
  readonly scenarios: readonly string[];
}

/** `dagSize` → `--dag-size`. */
export function flagOf(parameter: string): string {
  return `--${parameter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The flags of some scenarios, each once, in the order of declaration. The first scenario's words win. */
export function parameterFlags(scenarios: readonly Scenario[]): readonly ParameterFlag[] {
  const names = new Set(scenarios.flatMap(({ parameters }) => Object.keys(parameters)));
  return [...names].flatMap((name) => {
    const declaring = scenarios.filter(({ parameters }) => Object.hasOwn(parameters, name));
    const parameter = declaring[0]?.parameters[name];
    if (parameter === undefined) return [];
    const { help, unit } = parameter;
    const declaredBy = declaring.map((scenario) => scenario.name);
    return [
      {
        name,
        flag: flagOf(name),
        help,
        choice: choiceText(parameter),
        unit,
        scenarios: declaredBy,
      },
    ];
  });
}

/**
 * The overrides of each scenario, in their order, from flag texts by parameter name. Each scenario takes the flags
 * of its own parameters. Throws an InputError for a text that is no value, and for a parameter that none declares.
 */
export function readOverrides(
  scenarios: readonly Scenario[],
  texts: Readonly<Record<string, string>>,
): readonly Overrides[] {
  const known = parameterFlags(scenarios).map(({ flag }) => flag);
  for (const name of Object.keys(texts)) {
    const flag = flagOf(name);
    if (known.includes(flag)) continue;
    const selected = scenarios.map((scenario) => scenario.name).join(", ");
    throw new InputError(
      `${flag} is no parameter of ${selected}${didYouMean(flag, known)} Known are ${known.join(", ")}.`,
    );
  }
  return scenarios.map(({ parameters }) => {
    const own = Object.entries(texts).flatMap(([name, text]) => {
      const parameter = parameters[name];
      return parameter === undefined ? [] : [[name, parseValues(name, parameter, text)] as const];
    });
    return Object.fromEntries(own);
  });
}

/** The values with which tests run a scenario: every path, little work. */
export function smokeOverrides(scenario: Scenario): Overrides {
  return Object.fromEntries(
    Object.entries(scenario.parameters).map(([name, { smoke }]) => [
      name,
      typeof smoke === "object" ? smoke : [smoke],
    ]),
  );
}

/** The values that a flag's text stands for, each once, in its order. Throws an InputError that names flag, value and choice. */
export function parseValues(
  name: string,
  parameter: ScenarioParameter,
  text: string,
): readonly ParameterValue[] {
  const values = new Set<ParameterValue>();
  for (const item of text.split(",").map((part) => part.trim())) {
    for (const value of parseItem(new Complaint(name, parameter, item), parameter, item)) {
      values.add(value);
    }
    if (values.size > MAX_VALUES) {
      throw new InputError(`${flagOf(name)} has more than ${MAX_VALUES} values. Name fewer.`);
    }
  }
  return [...values];
}

/** Makes the errors of one item of a flag's text. */
class Complaint {
  readonly #start: string;
  readonly #choice: string;

  constructor(name: string, parameter: ScenarioParameter, item: string) {
    this.#start = item === "" ? `${flagOf(name)} has an empty value` : `${flagOf(name)} ${item}`;
    const unit = parameter.unit === undefined ? "" : ` (${parameter.unit})`;
    this.#choice = `${choiceText(parameter)}${unit}`;
  }

  /** `--dag-size 0: is below 1. It takes a whole number from 1 to 10,000,000 (jobs).` */
  error(problem: string): InputError {
    return new InputError(`${this.#start}${problem} It takes ${this.#choice}.`);
  }
}

function parseItem(
  complaint: Complaint,
  parameter: ScenarioParameter,
  item: string,
): readonly ParameterValue[] {
  if (item === "") throw complaint.error(".");
  if (parameter.values?.includes(item)) return [item];
  const range = RANGE.exec(item);
  if (range === null || parameter.range === undefined) {
    return [parseNumber(complaint, parameter, item)];
  }
  const from = parseNumber(complaint, parameter, range[1] ?? "");
  const to = parseNumber(complaint, parameter, range[2] ?? "");
  if (from > to) throw complaint.error(": the range starts above its end.");
  const perDecade = Number(range[3] ?? 1);
  if (!Number.isInteger(perDecade) || perDecade < 1 || perDecade > MAX_PER_DECADE) {
    throw complaint.error(
      `: after the slash stands the number of values per decade, 1 to ${MAX_PER_DECADE}.`,
    );
  }
  return logSteps(from, to, perDecade);
}

function parseNumber(complaint: Complaint, parameter: ScenarioParameter, item: string): number {
  const { range, unit } = parameter;
  const names = (parameter.values ?? []).filter((value) => typeof value === "string");
  if (range === undefined) throw complaint.error(`: unknown${didYouMean(item, names)}`);
  const [, digits = item, suffix = ""] = /^(.*?\d\.?)([a-z%/]*)$/i.exec(item) ?? [];
  const factor = suffix === "" ? 1 : (UNIT_FACTORS[unit ?? ""]?.[suffix] ?? Number.NaN);
  if (!NUMBER.test(digits) || Number.isNaN(factor)) {
    throw complaint.error(`: not a number${didYouMean(item, names)}`);
  }
  // Whole again after 1.1s became 1100.0000000000002 ms.
  const value = Number((Number(digits) * factor).toPrecision(12));
  if (value < range.from) throw complaint.error(`: below ${range.from.toLocaleString("en")}.`);
  if (value > range.to) throw complaint.error(`: above ${range.to.toLocaleString("en")}.`);
  if (!Number.isInteger(value)) throw complaint.error(": not a whole number.");
  return value;
}
