/** What `bench races` found, schema version 1: the campaign writes it, reports read it and nothing else. */
import { z } from "zod";
import { raceViolationSchema } from "./race-violation.ts";
import { environmentSchema } from "./result.ts";
import { stressMeasurementSchema } from "./stress-result.ts";

/** The version that this build writes. */
export const RACES_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

/** See the file's head. */
export const racesResultSchema = z.object({
  schemaVersion: z.literal(RACES_SCHEMA_VERSION),
  kind: z.literal("races"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  firstSeed: count,
  seeds: count,
  processes: count,
  runs: count,
  steps: count,
  events: count,
  scenarios: z.array(
    z.object({ name: z.string(), runs: count, steps: count, events: count, violations: count }),
  ),
  strategies: z.array(z.object({ name: z.string(), runs: count, violations: count })),
  /** Seeds that ran twice, and those whose traces differed: then the harness is broken. */
  twice: z.object({ runs: count, different: z.array(count) }),
  /** Empty where there were too few seeds to judge them. */
  situations: z.array(z.object({ scenario: z.string(), situation: z.string(), met: count })),
  /** Null where the situations were judged; else the runs of the scenario with the fewest, and those that it takes. */
  tooFewSeeds: z.object({ perScenario: count, needed: count }).nullable().default(null),
  /** Legal by the letter, and dangerous. */
  hazards: z.array(z.object({ id: z.string(), count })),
  violations: z.array(raceViolationSchema),
  /** Seeds that the harness itself could not run. */
  harnessErrors: z.array(z.object({ seed: count, message: z.string() })),
  /** Runs in real time after the schedules, in a nightly campaign. */
  stress: stressMeasurementSchema.optional(),
  /** Below this share of such runs violates, with 95 % confidence (Clopper–Pearson); null where one did, or none ran. */
  upperBound: z.number().nullable(),
  verdict: z.enum(["clean", "violated", "incomplete", "broken"]),
  ended: z.enum(["seeds", "violation", "interrupted"]),
});

/** One campaign of `bench races`. */
export type RacesResult = z.infer<typeof racesResultSchema>;
