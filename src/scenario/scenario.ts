/**
 * The form of a scenario file: one question about the queue, as data.
 *
 * The schema decides: the compiler holds the types to it, and the errors and the published JSON Schema
 * (`scenarios/scenario.schema.json`) are made from it. What no schema can say, such as that a cell names
 * declared parameters only, is in scenario-problems.ts.
 */
import { z } from "zod";
import { didYouMean } from "./suggest.ts";
import {
  CHECK_NAMES,
  type CheckName,
  type ParameterValue,
  WORKLOAD_NAMES,
  type WorkloadName,
} from "./workload.ts";

/** A declared parameter of a scenario; see the schema below for the fields. */
export interface ScenarioParameter {
  readonly help: string;
  readonly unit?: string | undefined;
  readonly values?: readonly ParameterValue[] | undefined;
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  readonly default?: OneOrMore | undefined;
  readonly sameAs?: string | undefined;
  readonly atMost?: string | undefined;
  readonly appliesWhen?: Readonly<Record<string, readonly ParameterValue[]>> | undefined;
  readonly smoke: OneOrMore;
}

/** A scenario: one question, the workload that answers it, its parameters and its default cells; see the schema below. */
export interface Scenario {
  readonly name: string;
  readonly question: string;
  readonly workload: WorkloadName;
  /** Absolute once the file is loaded. */
  readonly handlers?: string | undefined;
  readonly parameters: Readonly<Record<string, ScenarioParameter>>;
  readonly cells: readonly Readonly<Record<string, OneOrMore>>[];
  readonly metrics: readonly string[];
  readonly thresholds: readonly string[];
  readonly checks: readonly CheckName[];
  readonly chart: {
    readonly x: string;
    readonly y: string;
    readonly series?: string | undefined;
    readonly scale: "log" | "linear";
  };
}

type OneOrMore = ParameterValue | readonly ParameterValue[];

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const CAMEL_NAME = /^[a-z][a-zA-Z0-9]*$/;

/** An object that refuses unknown fields, and lists the known ones. */
function closed<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const { keys } = issue;
      const each = (keys as readonly string[]).map(
        (key) => `unknown field "${key}"${didYouMean(key, known)}`,
      );
      return `${each.join(" ")} Known are ${known.join(", ")}`;
    },
  });
}

const valueSchema = z.union([z.number(), z.string()], { error: "needs a number or a name" });
const valueOrListSchema = z.union([z.number(), z.string(), z.array(valueSchema).min(1)], {
  error: "needs a number, a name, or a list of them",
});
const sentenceSchema = z.string().trim().min(1);

const parameterSchema = closed({
  help: sentenceSchema.describe("What it is, in a few words, for --help and tables."),
  unit: z.string().min(1).optional().describe("Unit of the numbers, such as ms or jobs."),
  values: z.array(valueSchema).min(1).optional().describe("The names that it can take."),
  range: closed({ from: z.int(), to: z.int() })
    .optional()
    .describe("The whole numbers that it can take, both ends included."),
  default: valueOrListSchema
    .optional()
    .describe(
      "Its values in default cells that do not name it. Exactly one of default and sameAs.",
    ),
  sameAs: z
    .string()
    .optional()
    .describe("The parameter whose value it takes where neither a cell nor the user names it."),
  atMost: z
    .string()
    .optional()
    .describe(
      "The parameter above whose value a value makes no difference; defaults are lowered to it.",
    ),
  appliesWhen: z
    .record(z.string(), z.array(valueSchema).min(1))
    .optional()
    .describe(
      "The values of other parameters with which it has an effect. In other cells it is left out.",
    ),
  smoke: valueOrListSchema.describe(
    "The smallest values that still run every path, for the tests.",
  ),
});

/** Reads a scenario; what the fields mean stands beside each of them. */
export const scenarioSchema: z.ZodType<Scenario> = closed({
  name: z
    .string()
    .regex(NAME, "needs small letters, digits and single hyphens, such as my-scenario"),
  question: sentenceSchema.describe("What the scenario finds out, as a question in plain words."),
  workload: z.enum(WORKLOAD_NAMES).describe("The program that each trial runs."),
  handlers: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A JavaScript module beside this file, such as ./tasks.js: jobs take turns with the functions that it exports.",
    ),
  parameters: z
    .record(z.string().regex(CAMEL_NAME, "needs a name such as dagSize"), parameterSchema)
    .describe("The knobs, by name; dagSize becomes --dag-size."),
  cells: z
    .array(z.record(z.string(), valueOrListSchema))
    .min(1)
    .default([{}])
    .describe("What runs without flags: each entry stands for all combinations of its values."),
  metrics: z
    .array(z.string().regex(CAMEL_NAME, "needs the name of a metric, such as submitMs"))
    .min(1)
    .describe("The metrics that answer the question, the most important first."),
  thresholds: z
    .array(z.string().trim().min(1))
    .default([])
    .describe(
      "Promises about the medians of ok cells, such as: submitMs < 500, wakeMs p(99) < 50ms, [strategy=appender] peakRss < 300MB.",
    ),
  checks: z
    .array(z.enum(CHECK_NAMES))
    .min(1)
    .describe("What is verified of every completed trial."),
  chart: closed({
    x: z.string().describe("The parameter on the horizontal axis."),
    y: z.string().describe("The metric on the vertical axis."),
    series: z.string().optional().describe("The parameter whose values are lines of their own."),
    scale: z.enum(["log", "linear"]).default("log").describe("The scale of both axes."),
  }).describe("The picture of the answer."),
});

/** The JSON Schema of scenario files, for editors. It says what the file may hold before defaults are filled in. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { target: "draft-7", io: "input" });
  return { ...schema, title: "Quackmark scenario" };
}
