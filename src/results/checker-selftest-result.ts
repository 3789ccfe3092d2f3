/** What `bench races --selftest` found, schema version 1: which checks spoke about histories of which the truth is known. */
import { z } from "zod";
import { environmentSchema } from "./result.ts";

/** The version that this build writes. */
export const CHECKER_SELFTEST_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();

const anomalySchema = z.object({
  id: z.string(),
  /** What was done to a valid history. */
  what: z.string(),
  injected: count,
  fired: count,
  /** Of those: none came before it but those that may. */
  first: count,
  /** Others that spoke, in so many histories. */
  others: z.array(
    z.object({
      id: z.string(),
      histories: count,
      /** Why that is right; null: a false alarm. */
      reason: z.string().nullable(),
    }),
  ),
  faultySeeds: z.array(z.int()),
});

const silenceSchema = z.object({
  what: z.string(),
  histories: count,
  events: count,
  alarms: z.array(z.object({ id: z.string(), seed: z.int(), message: z.string() })),
});

/** See the file's head. */
const checkerSelftestSchema = z.object({
  schemaVersion: z.literal(CHECKER_SELFTEST_SCHEMA_VERSION),
  kind: z.literal("race-checker-selftest"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  firstSeed: count,
  /** Injections per check. */
  injections: count,
  /** Share of answers in doubt. */
  doubt: z.number(),
  anomalies: z.array(anomalySchema),
  silence: z.array(silenceSchema),
  /** Also false where it was interrupted. */
  passed: z.boolean(),
  /** Ways to spoil a history that are through, of all; the row after the last of these has fewer histories. */
  ways: z.object({ done: count, of: count }),
  ended: z.enum(["all", "interrupted"]),
});

/** See the file's head. */
export type CheckerSelftestResult = z.infer<typeof checkerSelftestSchema>;
