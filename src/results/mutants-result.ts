/** What `bench races --mutants` found, schema version 2: how soon each fault put into the engine was noticed. */
import { z } from "zod";
import { shrunkSchema } from "./race-violation.ts";
import { environmentSchema } from "./result.ts";
import { liftSchema } from "./stress-result.ts";

/** The version that this build writes. */
export const MUTANTS_SCHEMA_VERSION = 2;

const count = z.int().nonnegative();

const share = z.object({ name: z.string(), runs: count, violations: count });

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
  level: z.enum(["L1", "L2", "L3"]).nullable(),
  seedLine: z.string().nullable(),
  /** What was left of the first finding; null where nothing was found, or the shrink did not end. */
  shrunk: shrunkSchema.extend({ seedLine: z.string() }).nullable(),
  /** In real time: what came of the finding's order under the scheduler; absent where nothing was lifted or tried. */
  lift: liftSchema.omit({ violation: true }).extend({ lifted: z.boolean() }).optional(),
  /** Runs that showed any anomaly, of the survey's root seeds, all of them: which level and schedule sees it how often. */
  survey: z.object({ runs: count, levels: z.array(share), strategies: z.array(share) }),
});

/** What a hunt was asked for beside its seeds, so that it can go on with nothing but the name of its folder. */
const askedSchema = z.object({
  /** Ids of the mutants, by name; null: all of the store. */
  mutants: z.array(z.string()).nullable(),
  scenarios: z.array(z.string()),
  /** The server's address; null: DuckDB. */
  store: z.string().nullable(),
  /** `L2` for real time; null: schedules, or a server. */
  level: z.string().nullable(),
  processes: count,
});

/** See the file's head. */
export const mutantsResultSchema = z.object({
  schemaVersion: z.literal(MUTANTS_SCHEMA_VERSION),
  kind: z.literal("race-mutants"),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  firstSeed: count,
  /** Most root seeds per mutant. */
  rootSeeds: count,
  /** Root seeds of a survey. */
  surveySeeds: count,
  /** Absent in older records. */
  asked: askedSchema.optional(),
  mutants: z.array(rowSchema),
  ended: z.enum(["all", "interrupted"]),
});

/** See the file's head. */
export type MutantsResult = z.infer<typeof mutantsResultSchema>;
