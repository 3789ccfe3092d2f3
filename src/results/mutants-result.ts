/** What `bench races --mutants` found, schema version 1: how soon each fault put into the engine was noticed. */
import { z } from "zod";
import { environmentSchema } from "./result.ts";

/** The version that this build writes. */
export const MUTANTS_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

const rowSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Anomalies that may be told first; empty for a change that breaks no promise. */
  expects: z.array(z.string()),
  /** The anomaly that was told first; null: none in all seeds. */
  found: z.string().nullable(),
  message: z.string().nullable(),
  /** Whether that is one of those expected, or nothing where nothing is. */
  right: z.boolean(),
  /** One root seed is one seed of every scenario. */
  rootSeeds: count,
  runs: count,
  seconds: z.number().nonnegative(),
  scenario: z.string().nullable(),
  strategy: z.string().nullable(),
  level: z.enum(["L1", "L3"]).nullable(),
  seedLine: z.string().nullable(),
});

/** See the file's head. */
const mutantsResultSchema = z.object({
  schemaVersion: z.literal(MUTANTS_SCHEMA_VERSION),
  kind: z.literal("race-mutants"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  firstSeed: count,
  /** Most root seeds per mutant. */
  rootSeeds: count,
  mutants: z.array(rowSchema),
  ended: z.enum(["all", "interrupted"]),
});

/** See the file's head. */
export type MutantsResult = z.infer<typeof mutantsResultSchema>;
