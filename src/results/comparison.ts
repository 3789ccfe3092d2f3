/**
 * The contract of a comparison: what was compared, what each metric shows, and the verdict. Written as
 * `comparison.json`; the reports read it and nothing else. A ratio is head / base as a slowdown, whatever
 * the metric's direction: 1.1 is 10 % worse.
 */
import { z } from "zod";
import { pairSchema } from "./pair.ts";
import { environmentSchema } from "./result.ts";

/** The name of the file in a comparison's folder. */
export const COMPARISON_FILE = "comparison.json";

/** What one metric of a cell shows. */
const metricComparisonSchema = z.object({
  metric: z.string(),
  /**
   * `gated`: judged by the sequential rule; `counter`: exact, judged by one pair; `reported`: shown and
   * never fatal.
   */
  role: z.enum(["gated", "counter", "reported"]),
  /** Medians of the pairs, in the metric's unit. */
  base: z.number(),
  head: z.number(),
  /** Null where a figure is 0, which has no ratio. */
  ratio: z.number().nullable(),
  /** Of the ratio, 95 %; null below 6 pairs and for counters. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
  pairs: z.int().nonnegative(),
  verdict: z.enum(["regression", "pass", "undecided", "reported"]),
  /** The smallest slowdown that would have been called a regression with the noise of this session. */
  smallestVisibleRatio: z.number().nullable(),
});

/** One cell of a comparison. */
const comparisonCellSchema = z.object({
  scenario: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  /** Pairs that count. */
  pairs: z.int().nonnegative(),
  metrics: z.array(metricComparisonSchema),
});

/** Where one side comes from. */
const buildSchema = z.object({
  /** As the user named it: a git ref, a file, `this checkout`. */
  name: z.string(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
});

/** The worst news first; exit codes follow from it. */
const COMPARISON_VERDICTS = [
  "invariant-violated",
  "nothing-comparable",
  "regression",
  "threshold-missed",
  "interrupted",
  "inconclusive",
  "pass",
] as const;

/** See the file's head. */
export const comparisonSchema = z.object({
  comparisonVersion: z.literal(1),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  command: z.array(z.string()),
  /**
   * `paired`: both builds in one session; `saved`: two result files; `baseline`: a session against a file.
   * The last two cannot tell a change of the code from one of the day, and say so.
   */
  mode: z.enum(["paired", "saved", "baseline"]),
  base: buildSchema,
  head: buildSchema,
  seed: z.int().nonnegative(),
  environment: environmentSchema,
  /** The settings that a configuration file named, in force on both sides; absent: none. */
  configured: z.record(z.string(), z.number()).optional(),
  /** Slowdowns up to `toleratedRatio` are no regression; from `fatalRatio` on they must not pass. */
  margins: z.object({ toleratedRatio: z.number(), fatalRatio: z.number() }),
  /** How often each side of a pair measured, in turns; absent for saved results and in older files. */
  rounds: z.int().positive().optional(),
  cells: z.array(comparisonCellSchema),
  /** All that was measured, in order; empty for saved results, which have their own files. */
  pairs: z.array(pairSchema),
  verdict: z.enum(COMPARISON_VERDICTS),
  /** Why, in sentences; the first is the most important. */
  reasons: z.array(z.string()).min(1),
  /** What the reader should know beside it. */
  notes: z.array(z.string()),
});

/** What one metric of a cell shows. */
export type MetricComparison = z.infer<typeof metricComparisonSchema>;
/** One cell of a comparison. */
export type ComparisonCell = z.infer<typeof comparisonCellSchema>;
/** How a comparison ended. */
export type ComparisonVerdict = (typeof COMPARISON_VERDICTS)[number];
/** See the file's head. */
export type Comparison = z.infer<typeof comparisonSchema>;
