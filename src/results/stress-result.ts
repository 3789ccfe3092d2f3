/** What `bench races --level L2` or `--store` found, schema version 1: seeded cases in real time, on DuckDB files or on a server. */
import { z } from "zod";
import { raceViolationSchema } from "./race-violation.ts";
import { environmentSchema } from "./result.ts";

/** The version that this build writes. */
export const STRESS_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

const findingSchema = z.object({
  scenario: z.string(),
  seed: count,
  /** The store, and with how many threads. */
  place: z.string(),
  /** The anomaly, as in docs/RACES.md; `error` for an error that is no answer. */
  id: z.string(),
  message: z.string(),
  timeline: z.array(z.string()).readonly(),
});

/** What came of the order of one finding. */
export const liftSchema = z.object({
  seed: count,
  /** The anomaly that was to come first again. */
  id: z.string(),
  /** Runs under a scheduler; the first one follows the order as it was recorded. */
  tries: count,
  seconds: z.number().nonnegative(),
  /** Steps that were recorded, and those of them that the last try took. */
  steps: count,
  followed: count,
  /** Whether the case shows it when nobody goes out of turn too: then any order would have done. */
  plain: z.boolean(),
  /** The schedule; null: it was seen in real time only. */
  violation: raceViolationSchema.nullable(),
});

/** See {@link liftSchema}. */
export type StressLift = z.infer<typeof liftSchema>;

/** What was measured; a nightly campaign holds it too. */
export const stressMeasurementSchema = z.object({
  firstSeed: count,
  seeds: count,
  scenarios: z.array(z.string()).readonly(),
  /** Such as `PostgreSQL 18.4`. */
  server: z.string(),
  runs: count,
  events: count,
  /** Connections that were cut. */
  cuts: count,
  /** What came up, and in how many runs. */
  situations: z.record(z.string(), count),
  findings: z.array(findingSchema).readonly(),
  /** Of findings on DuckDB, what came of following their order under the scheduler. */
  lifts: z.array(liftSchema).readonly().default([]),
  /** Seeds that the harness itself could not run. */
  harnessErrors: z.array(z.object({ seed: count, message: z.string() })).readonly(),
  /** Below this share of such runs violates, with 95 % confidence (Clopper–Pearson); null where one did, or none ran. */
  upperBound: z.number().nullable(),
  ended: z.enum(["all", "violated", "interrupted"]),
});

/** See the file's head. */
export const stressResultSchema = stressMeasurementSchema.extend({
  schemaVersion: z.literal(STRESS_SCHEMA_VERSION),
  kind: z.literal("races-stress"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
});

/** See the file's head. */
export type StressResult = z.infer<typeof stressResultSchema>;
