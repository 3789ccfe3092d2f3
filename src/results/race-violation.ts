/** A run that broke a promise, as results hold it: the proof, the line that shows it again, and how small it was made. */
import { z } from "zod";

const count = z.int().nonnegative();

const findingSchema = z.object({
  /** The anomaly, as in docs/RACES.md. */
  id: z.string(),
  message: z.string(),
  timeline: z.array(z.string()),
});

/** What a finding was made small to, and how often that shows itself. */
export const shrunkSchema = z.object({
  jobs: count,
  workers: count,
  preemptions: count,
  runs: count,
  seconds: z.number().nonnegative(),
  replayed: count,
  replays: count,
});

/** See the file's head. */
export const raceViolationSchema = z.object({
  scenario: z.string(),
  /** Null: it was given as a seed line. */
  seed: count.nullable(),
  strategy: z.string().nullable(),
  findings: z.array(findingSchema),
  /** The case in words, a line for each worker, call and fault; what is replayed is the seed line. */
  case: z.array(z.string()).optional(),
  /** What `bench races --replay` takes: shrunk where that was possible. */
  seedLine: z.string(),
  shrunk: shrunkSchema.nullable(),
  /** The test that was written, or null. */
  testFile: z.string().nullable(),
});

/** See the file's head. */
export type RaceViolation = z.infer<typeof raceViolationSchema>;
