/** What a campaign of `bench flaky` is told; its defaults and limits are written here and nowhere else. */
import { z } from "zod";
import type { FlakinessPlan } from "../../stats/sprt.ts";

const share = z.number().gt(0).lt(1);

const planSchema: z.ZodType<FlakinessPlan> = z.object({
  acceptable: share,
  unacceptable: share,
  falseAlarm: share,
  miss: share,
});

/** See {@link FlakyOptions}; a journal keeps them. */
export const flakyOptionsSchema: z.ZodType<FlakyOptions> = z.object({
  command: z.array(z.string()).min(1),
  rule: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("fixed"), runs: z.int().positive() }),
    z.object({ kind: z.literal("sequential"), maxRuns: z.int().positive() }),
  ]),
  plan: planSchema,
  report: z.string().nullable(),
  usageExitCode: z.int().nullable().default(null),
  testRunner: z.enum(["vitest", "jest", "other"]),
  shuffle: z.boolean(),
  seed: z.int().nonnegative(),
  runLimitMs: z.number().positive(),
  testLimitMs: z.number().positive().nullable(),
  margin: z.boolean(),
  classify: z.boolean(),
  armRuns: z.int().positive(),
});

/** When the runs end: after so many, or when every test has its answer and at the latest after so many. */
export type RunRule =
  | { readonly kind: "fixed"; readonly runs: number }
  | { readonly kind: "sequential"; readonly maxRuns: number };

/** The test runners whose flags we know. */
export type TestRunnerName = "vitest" | "jest" | "other";

/** See the file's head. */
export interface FlakyOptions {
  /** Program and arguments; no shell reads them. `{run}`, `{seed}` and `{report}` stand for those of a run. */
  readonly command: readonly string[];
  readonly rule: RunRule;
  /** The failure rates to tell apart. */
  readonly plan: FlakinessPlan;
  /** Where the command writes its report, with the same placeholders; null: see `reportPlace`. */
  readonly report: string | null;
  /** By which the command says that it was called wrongly, which is no failure of a test; null: there is none. */
  readonly usageExitCode: number | null;
  readonly testRunner: TestRunnerName;
  /** Give each run a seed of its own to shuffle by. */
  readonly shuffle: boolean;
  /** Of the first run; run n has this plus n - 1. */
  readonly seed: number;
  /** A run that takes longer is ended, and has failed. */
  readonly runLimitMs: number;
  /** How long a test may take before its runner fails it; null: unknown. */
  readonly testLimitMs: number | null;
  readonly margin: boolean;
  readonly classify: boolean;
  /** Runs of each arm of the classification. */
  readonly armRuns: number;
}

/** Runs of each arm of the classification, where nothing else is asked for. */
export const ARM_RUNS = 50;

/** A sequential rule that has no answer after as many times its straight passes gives up. */
export const MAX_RUNS_FACTOR = 3;

/** Tests that only failed are told apart from flaky ones by so many runs, also under a sequential rule. */
export const FEWEST_RUNS = 5;
