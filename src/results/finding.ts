/** Findings: what a reader should know before trusting a number. One union type, printed with every run. */
import { z } from "zod";

/** The kinds of finding that exist. */
const findingKindSchema = z.enum([
  "slow-first-trial",
  "outliers",
  "drift",
  "saturation",
  "spread-changed",
  "noisy-host",
  "too-few-trials",
  "censored",
  "failed-cell",
  "wrong-answer",
  "threshold-missed",
  "skipped-cells",
  "winner",
  "scaling",
  "max-rate",
  "spoiled-blocks",
]);

/** One finding, with its evidence and what to do about it. */
export const findingSchema = z.object({
  kind: findingKindSchema,
  /** The scenario it speaks of, where it is one. */
  scenario: z.string().optional(),
  /** The cell's parameters, where it is one cell. */
  cell: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
  /** The metric, where it is one. */
  metric: z.string().optional(),
  /** What was seen, with the numbers. */
  evidence: z.string(),
  /** The same numbers by name, unit last, for programs. */
  values: z.record(z.string(), z.number()).optional(),
  /** What the reader can do. */
  advice: z.string(),
});

/** The kinds of finding that exist. */
export type FindingKind = z.infer<typeof findingKindSchema>;
/** One finding, with its evidence and what to do about it. */
export type Finding = z.infer<typeof findingSchema>;
