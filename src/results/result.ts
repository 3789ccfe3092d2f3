/**
 * The contract between measuring and judging: the result file, schema version 1.
 *
 * The runner writes this type; reports, comparison and history read it and nothing else. Raw trials
 * are kept, so that every summary can be computed again. `results/result.schema.json` is generated
 * from these schemas.
 */
import { z } from "zod";
import { findingSchema } from "./finding.ts";

/** The version that this build writes and reads. */
export const RESULT_SCHEMA_VERSION = 1;

/** A value of one scenario parameter: a number, a name, or a switch. */
const parameterValueSchema = z.union([z.number(), z.string(), z.boolean()]);

/** What the machine was doing while one trial ran (guards the environment, never the measurement). */
export const trialEnvironmentSchema = z.object({
  /** Share of the trial in which some runnable process waited for a CPU, in percent; null where the system does not tell. */
  cpuPressurePct: z.number().nullable(),
  /** CPU time that others used during the trial, in percent of one core; null where the system does not tell, absent in older results. */
  othersCpuPct: z.number().nullable().optional(),
  /** CPU time stolen by the hypervisor during the trial, in percent of one core; null where the system does not tell. */
  stealPct: z.number().nullable(),
  /** Times the trial process lost its CPU against its will. */
  involuntarySwitches: z.number().int().nonnegative(),
});

/** What was verified of a completed trial, by another process, after reopening its database. */
const checksSchema = z.object({
  /** Rows in `jobs`. */
  jobs: z.number().int().nonnegative(),
  /** Rows in `job_dependencies`. */
  edges: z.number().int().nonnegative(),
  /** Every job has exactly one `done` transition and no other end. Null where the scenario does not drain. */
  doneOnce: z.boolean().nullable(),
  /** No job was claimed before the parents that its rule needs were done. Null where the scenario does not drain. */
  ordered: z.boolean().nullable(),
  /** Order-independent checksum of job ids and edges, relative to the run's first job: equal across strategies. */
  checksum: z.string(),
  /** The wrong rows, in words; empty when all is well. At most 20. */
  violations: z.array(z.string()),
});

/** Many durations of one trial, such as the latencies of its jobs. */
const latencySchema = z.object({
  /** How many. */
  count: z.number().int().positive(),
  /** Pairs of a percentile (0 to 100) and the duration in milliseconds, rising. */
  percentiles: z.array(z.tuple([z.number().min(0).max(100), z.number().nonnegative()])),
  /** All of them: HdrHistogram of nanoseconds, compressed, in base64. */
  histogram: z.string(),
});

/** One measured process. */
export const trialSchema = z.object({
  /** Position in the run's shuffled order, from 0. */
  order: z.number().int().nonnegative(),
  /** Metric name to value, in the unit that ends the name. */
  metrics: z.record(z.string(), z.number()),
  /** Where the process measured several rounds: those of each metric that differed, in their order; `metrics` has their medians. */
  rounds: z.record(z.string(), z.array(z.number())).optional(),
  /** By name, such as `wakeMs`; the metrics `wakeMsP50` and `wakeMsP99` are taken from it. */
  latencies: z.record(z.string(), latencySchema).optional(),
  /** What was sampled while the trial ran, by name: pairs of the time in milliseconds and the value. */
  series: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))).optional(),
  /** Null for a trial that was cut: it is not checked in full. */
  checks: checksSchema.nullable(),
  environment: trialEnvironmentSchema,
  /** The machine was disturbed and the trial's block was measured again: it counts in no summary. */
  spoiled: z.literal(true).optional(),
  /** Set when the trial was cut: after how long, and the rows or jobs done by then, of how many. */
  censored: z
    .object({
      limitMs: z.number().positive(),
      rowsDone: z.number().int().nonnegative(),
      rowsTotal: z.number().int().positive().optional(),
    })
    .optional(),
});

/** Median of the trials with its distribution-free confidence interval (95 %). */
const metricSummarySchema = z.object({
  median: z.number(),
  /** Null below 6 trials, where no order statistic gives 95 %. */
  ciLow: z.number().nullable(),
  ciHigh: z.number().nullable(),
  /** Trials that carry the metric. */
  n: z.number().int().positive(),
});

/** One combination of parameter values, with all its trials. */
const cellSchema = z.object({
  scenario: z.string(),
  parameters: z.record(z.string(), parameterValueSchema),
  status: z.enum(["ok", "censored", "failed", "skipped"]),
  /** Why the cell failed or was skipped. */
  reason: z.string().optional(),
  trials: z.array(trialSchema),
  summary: z.record(z.string(), metricSummarySchema),
});

/** A scenario that was measured. */
export const scenarioHeadSchema = z.object({
  name: z.string(),
  /** In plain words. */
  question: z.string(),
  /** The metrics that answer it, the most important first. */
  metrics: z.array(z.string()).min(1),
  /** The parameter along which its picture is drawn, where that varies. */
  chartX: z.string().optional(),
});

/** Where the numbers come from. */
export const environmentSchema = z.object({
  cpu: z.string(),
  cores: z.number().int().positive(),
  memoryBytes: z.number().positive(),
  platform: z.string(),
  node: z.string(),
  duckdb: z.string(),
  quackmark: z.string(),
  /** Git commit of the checkout, or null outside one. */
  commit: z.string().nullable(),
  /** Whether the checkout had uncommitted changes. */
  dirty: z.boolean(),
  /** Median duration of one fsync of a small write in the folder of the databases. */
  fsyncMs: z.number().nonnegative(),
  /** Hash of the fields that make numbers comparable (CPU, cores, platform, node, duckdb). */
  fingerprint: z.string(),
});

/** The end of the run in one word; the exit code follows from it. */
const verdictSchema = z.enum([
  "ok",
  "threshold-missed",
  "invariant-violated",
  "interrupted",
  "nothing-measured",
]);

/** A whole run: one command, one file. */
export const resultSchema = z.object({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  /** `YYYYMMDD-HHMMSS-xxxx`, UTC; also the folder's name. */
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The command as typed, argument by argument. */
  command: z.array(z.string()),
  seed: z.number().int().nonnegative(),
  environment: environmentSchema,
  durability: z.enum(["full", "relaxed"]),
  store: z.enum(["duckdb", "postgres"]),
  /** Every engine setting in force, by name. */
  config: z.record(z.string(), z.unknown()),
  /** The settings that a configuration file named, with their values; absent: none. What a cell says wins over them. */
  configured: z.record(z.string(), z.number()).optional(),
  /** What the cells' scenarios ask, in the order of the command. */
  scenarios: z.array(scenarioHeadSchema).optional(),
  cells: z.array(cellSchema),
  findings: z.array(findingSchema),
  verdict: verdictSchema,
});

/** The JSON Schema of a result file, published as `results/result.schema.json`; a test keeps the two equal. */
export function resultJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(resultSchema, { target: "draft-7", io: "input" }),
    title: "Quackmark result",
    description: `What one command measured, schema version ${RESULT_SCHEMA_VERSION}.`,
  };
}

/** A value of one scenario parameter: a number, a name, or a switch. */
export type ParameterValue = z.infer<typeof parameterValueSchema>;
/** What the machine was doing while one trial ran. */
export type TrialEnvironment = z.infer<typeof trialEnvironmentSchema>;
/** What was verified of a completed trial, by another process, after reopening its database. */
export type Checks = z.infer<typeof checksSchema>;
/** Many durations of one trial. */
export type Latency = z.infer<typeof latencySchema>;
/** A scenario that was measured. */
export type ScenarioHead = z.infer<typeof scenarioHeadSchema>;
/** One measured process. */
export type Trial = z.infer<typeof trialSchema>;
/** Median of the trials with its distribution-free 95 % interval. */
export type MetricSummary = z.infer<typeof metricSummarySchema>;
/** One combination of parameter values, with all its trials. */
export type Cell = z.infer<typeof cellSchema>;
/** Where the numbers come from. */
export type Environment = z.infer<typeof environmentSchema>;
/** The end of the run in one word; the exit code follows from it. */
export type Verdict = z.infer<typeof verdictSchema>;
/** A whole run: one command, one file. */
export type Result = z.infer<typeof resultSchema>;
