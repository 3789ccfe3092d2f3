/**
 * What `bench tune` found, schema version 1: for each setting the values that were measured, the one to
 * take and why. The measuring side writes it, reports read it and nothing else.
 */
import { z } from "zod";
import { environmentSchema } from "./result.ts";

/** The version that this build writes. */
export const TUNE_SCHEMA_VERSION = 1;

/** How many times slower one thing is than another; below 1 it is faster. */
const slowdownSchema = z.object({
  ratio: z.number().positive(),
  /** 99 % interval of the median ratio between trials; null with too few trials. */
  low: z.number().positive().nullable(),
  high: z.number().positive().nullable(),
});

/** One value of a setting, or one way in at one size. */
const candidateSchema = z.object({
  /** `1,000`, `values at 25 rows`. */
  label: z.string(),
  /** Which of several ways it is, `values`; null where all candidates are values of one thing. */
  way: z.string().nullable(),
  value: z.number().nonnegative(),
  /** Median of the metric in its unit. */
  median: z.number(),
  trials: z.int().positive(),
  /** Against the best candidate of the same work. */
  toBest: slowdownSchema,
});

/** Where one way in overtakes another. */
const crossoverSchema = z.object({
  /** Ahead of small submissions, and of large ones. */
  small: z.string(),
  large: z.string(),
  kind: z.enum(["crosses", "small-always", "large-always", "not-told-apart"]),
  /** Rows at which both take equally long, by the line between the measured sizes on log axes; null where they do not cross. */
  rows: z.number().positive().nullable(),
  /** The largest size at which `small` is surely faster, and the smallest at which `large` is; null where there is none. */
  low: z.number().positive().nullable(),
  high: z.number().positive().nullable(),
});

/** Whether the choice also held on work that had no part in it. */
const heldOutSchema = z.object({
  work: z.string(),
  /** The chosen value against the best of its rivals there. */
  toBest: slowdownSchema,
  holds: z.boolean(),
});

/** What was found of one setting of the engine. */
const choiceSchema = z.object({
  setting: z.string(),
  unit: z.string(),
  /** What the choice is about, in plain words. */
  question: z.string(),
  metric: z.string(),
  shipped: z.number(),
  /** What the founding memo guessed; null where it named none. */
  memo: z.number().nullable(),
  chosen: z.number(),
  /** Why, in one sentence with its figures. */
  reason: z.string(),
  /** The shipped value against the best that was measured. */
  shippedToBest: slowdownSchema,
  /** `kept`: within noise of the best · `changed`: surely slower than `chosen` · `unknown`: too little was measured. */
  verdict: z.enum(["kept", "changed", "unknown"]),
  candidates: z.array(candidateSchema),
  crossovers: z.array(crossoverSchema),
  heldOut: z.array(heldOutSchema),
});

/** One command. */
export const tuneResultSchema = z.object({
  schemaVersion: z.literal(TUNE_SCHEMA_VERSION),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  command: z.array(z.string()),
  seed: z.int().nonnegative(),
  environment: environmentSchema,
  durability: z.enum(["full", "relaxed"]),
  /** `tune` searches; `check` only compares the shipped values with their rivals. */
  mode: z.enum(["tune", "check"]),
  trialsPerCell: z.int().positive(),
  choices: z.array(choiceSchema),
  /** Settings that were not measured, with the reason. */
  leftOut: z.array(z.object({ setting: z.string(), reason: z.string() })),
});

/** See {@link slowdownSchema}. */
export type Slowdown = z.infer<typeof slowdownSchema>;
/** One value of a setting with its figure. */
export type Candidate = z.infer<typeof candidateSchema>;
/** Where one way in overtakes another. */
export type Crossover = z.infer<typeof crossoverSchema>;
/** Whether a choice held on other work. */
export type HeldOut = z.infer<typeof heldOutSchema>;
/** What was found of one setting. */
export type TuneChoice = z.infer<typeof choiceSchema>;
/** See the file's head. */
export type TuneResult = z.infer<typeof tuneResultSchema>;
