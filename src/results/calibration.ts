/** What `bench calibrate` learns of a machine: how noisy its pairs are, and what a gate can see on it. */
import { z } from "zod";
import { environmentSchema } from "./result.ts";

/** One gated metric of one cell. */
const calibratedMetricSchema = z.object({
  scenario: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  metric: z.string(),
  pairs: z.int().nonnegative(),
  noisyPairs: z.int().nonnegative(),
  /** Robust standard deviation of the log ratio of a pair: 0.05 is 5 %. */
  noise: z.number().nonnegative(),
  /** Of the two sides of a pair (logarithms): what pairing takes out of the noise; null without any spread. */
  correlation: z.number().nullable(),
  secondsPerPair: z.number().positive(),
  /** The slowdown that a gate would find in 95 of 100 sessions, by minutes of measuring this metric alone; null where no look is reached. */
  visible: z.array(z.object({ minutes: z.number().positive(), ratio: z.number().nullable() })),
});

/** See the file's head. */
export const calibrationSchema = z.object({
  calibrationVersion: z.literal(1),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  command: z.array(z.string()),
  seed: z.int().nonnegative(),
  durability: z.enum(["full", "relaxed"]),
  environment: environmentSchema,
  metrics: z.array(calibratedMetricSchema).min(1),
  /** What `margins: calibrated` takes: an unchanged build passes in 9 of 10 sessions of 32 pairs. */
  proposed: z.object({ toleratedRatio: z.number(), fatalRatio: z.number() }),
});

/** See {@link calibratedMetricSchema}. */
export type CalibratedMetric = z.infer<typeof calibratedMetricSchema>;
/** See the file's head. */
export type Calibration = z.infer<typeof calibrationSchema>;
