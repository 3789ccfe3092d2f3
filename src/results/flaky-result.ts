/**
 * What `bench flaky` measured, schema version 1: how often the command and each of its tests failed
 * over many runs of unchanged code. The measuring side writes it, reports read it and nothing else.
 */
import { z } from "zod";
import { environmentSchema } from "./result.ts";

/** The version that this build writes. */
export const FLAKY_SCHEMA_VERSION = 1;

const flakyVerdictSchema = z.enum(["stable", "suspect", "flaky", "broken", "inconclusive"]);

/**
 * How a test is called after all runs:
 * - `stable`: no failure, and enough runs to put the failure rate below the unacceptable one;
 * - `suspect`: it failed, but so rarely that an acceptable failure rate is not excluded;
 * - `flaky`: it passed and failed, and its failure rate is not acceptable;
 * - `broken`: it failed in every run;
 * - `inconclusive`: no failure, but too few runs.
 */
export type FlakyVerdict = z.infer<typeof flakyVerdictSchema>;

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** The two failure rates to tell apart, and how often either may be mistaken for the other. */
const planSchema = z.object({
  acceptable: share,
  unacceptable: share,
  falseAlarm: share,
  miss: share,
});

/** When the runs end. */
const ruleSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("fixed"), runs: z.int().positive() }),
  z.object({
    kind: z.literal("sequential"),
    /** So many passes from the start, and a test is stable. */
    straightPasses: z.int().positive(),
    /** The runs end here, with or without an answer. */
    maxRuns: z.int().positive(),
  }),
]);

const intervalSchema = z.object({ low: share, high: share });

/** The command as a whole, a test file that can fail by itself (its imports, its hooks), or a test. */
const targetSchema = z.object({
  kind: z.enum(["command", "file", "test"]),
  name: z.string(),
  verdict: flakyVerdictSchema,
  /** Runs in which it was executed; a skip is none. */
  runs: count,
  failures: count,
  /** Runs in which it failed and passed on a retry within the run. */
  retried: count,
  skipped: count,
  /** Runs whose report does not name it. */
  missing: count,
  failedRuns: z.array(z.int().positive()),
  retriedRuns: z.array(z.int().positive()),
  /** Wilson's 95 % interval of the rate of failures and retries; null where a sequential rule ended the runs. */
  interval: intervalSchema.nullable(),
  /** One-sided 95 % bounds of that rate (Clopper–Pearson); null where a sequential rule ended the runs. */
  bounds: intervalSchema.nullable(),
  /** The run at which the sequential rule had its answer; null without one, or with another rule. */
  decidedAtRun: z.int().positive().nullable(),
  medianMs: z.number().nonnegative().nullable(),
  longestMs: z.number().nonnegative().nullable(),
  /** Passes that took over 80 % of the time limit of a test; null where no limit is known. */
  nearMisses: count.nullable(),
  firstFailure: z
    .object({ run: z.int().positive(), seed: count.nullable(), message: z.string() })
    .nullable(),
});

/** Tests that fail in the same runs. */
const clusterSchema = z.object({
  names: z.array(z.string()).min(2),
  /** Runs in which all of them failed. */
  together: count,
  /** Runs in which at least one failed. */
  any: count,
  /** The largest adjusted p-value among the pairs that tie the cluster together. */
  pValue: share,
});

const findingSchema = z.object({ kind: z.string(), text: z.string() });

/** One step of the search for the slow-down that flips a pass. */
const marginStepSchema = z.object({
  /** What was asked for. */
  slowdown: z.number().min(1),
  /** What the throttle gave: run time plus stopped time, over run time. */
  measured: z.number().min(1),
  runs: count,
  failures: count,
  /** Tests that failed here and not at full speed. */
  flipped: z.array(z.string()),
});

const marginSchema = z.object({
  steps: z.array(marginStepSchema),
  /** The largest slow-down below the first failure at which every run passed (1: none did); null: not measured. */
  passesAt: z.number().nullable(),
  /** The smallest slow-down that flipped a pass; null: none did. */
  failsAt: z.number().nullable(),
  /** Why it was not measured, or what to know of it; empty otherwise. */
  note: z.string(),
});

const causeSchema = z.enum([
  "order",
  "shared state",
  "resources",
  "timing",
  "concurrency",
  "schedule",
]);

/** The chance of even one wrong cause among all tests and arms of a classification. */
export const CAUSE_LEVEL = 0.05;

/** What an intervention changes, and so what a change of the failure rate points at. */
export type Cause = z.infer<typeof causeSchema>;

const armCountsSchema = z.object({
  arm: z.string(),
  cause: causeSchema,
  runs: count,
  failures: count,
  /** Fisher's exact test against the baseline, two-sided, adjusted after Holm over all of them. */
  pValue: share,
});

const classificationSchema = z.object({
  armRuns: count,
  arms: z.array(z.object({ arm: z.string(), cause: causeSchema, about: z.string() })),
  unavailable: z.array(z.object({ arm: z.string(), cause: causeSchema, why: z.string() })),
  targets: z.array(
    z.object({
      name: z.string(),
      baseline: z.object({ runs: count, failures: count }),
      arms: z.array(armCountsSchema),
      /** The arms that changed the rate, clearest first; empty: no cause was found. */
      causes: z.array(
        z.object({ cause: causeSchema, arm: z.string(), effect: z.enum(["more", "less"]) }),
      ),
    }),
  ),
});

/** One campaign: one command, run many times. */
export const flakyResultSchema = z.object({
  schemaVersion: z.literal(FLAKY_SCHEMA_VERSION),
  kind: z.literal("flaky"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The test command, argument by argument, as typed. */
  command: z.array(z.string()),
  environment: environmentSchema,
  rule: ruleSchema,
  plan: planSchema,
  shuffled: z.boolean(),
  /** Of the first run; run n has this plus n - 1 where the order is shuffled. */
  seed: count,
  runs: z.array(
    z.object({
      run: z.int().positive(),
      seed: count.nullable(),
      outcome: z.enum(["passed", "failed", "retried", "timed-out"]),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
      durationMs: z.number().nonnegative(),
    }),
  ),
  targets: z.array(targetSchema),
  clusters: z.array(clusterSchema),
  findings: z.array(findingSchema),
  margin: marginSchema.nullable(),
  classification: classificationSchema.nullable(),
  /** The worst of all targets. */
  verdict: flakyVerdictSchema,
  /** Why the runs ended. */
  ended: z.enum(["rule", "max-runs", "budget", "interrupted"]),
});

/** One campaign of `bench flaky`. */
export type FlakyResult = z.infer<typeof flakyResultSchema>;
/** The command, a test file or a test, over all runs. */
export type FlakyTarget = FlakyResult["targets"][number];
/** Tests that fail in the same runs. */
export type FlakyCluster = FlakyResult["clusters"][number];
/** Something to know beside the verdicts. */
export type FlakyFinding = FlakyResult["findings"][number];
/** The slow-down that flips a pass. */
export type FlakyMargin = NonNullable<FlakyResult["margin"]>;
/** Which interventions changed the failure rate. */
export type FlakyClassification = NonNullable<FlakyResult["classification"]>;
