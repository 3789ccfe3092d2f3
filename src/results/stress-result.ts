/** What `bench races --store` found, schema version 1: the stress form of the campaign, in real time on a server. */
import { z } from "zod";
import { environmentSchema } from "./result.ts";

/** The version that this build writes. */
export const STRESS_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

/** See the file's head. */
export const stressResultSchema = z.object({
  schemaVersion: z.literal(STRESS_SCHEMA_VERSION),
  kind: z.literal("races-stress"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  /** Such as `PostgreSQL 18.4`. */
  server: z.string(),
  firstSeed: count,
  seeds: count,
  scenarios: z.array(z.string()).readonly(),
  runs: count,
  events: count,
  /** Connections that were cut. */
  cuts: count,
  /** What came up, and in how many runs. */
  situations: z.record(z.string(), count),
  findings: z
    .array(
      z.object({
        scenario: z.string(),
        seed: count,
        id: z.string(),
        message: z.string(),
        timeline: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  /** Below this share of such runs violates, with 95 % confidence; null where one did, or none ran. */
  upperBound: z.number().nullable(),
  ended: z.enum(["all", "violated", "interrupted"]),
});

/** See the file's head. */
export type StressResult = z.infer<typeof stressResultSchema>;
