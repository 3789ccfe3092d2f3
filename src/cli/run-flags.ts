/** The flags of `bench run`: what they are, and how their texts become options. */
import { InputError } from "../lib/errors.ts";
import type { RunOptions } from "../runner/plan-run.ts";
import { readStore } from "../runner/plan-store.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import { FORMAT_HELP } from "./formats.ts";

/** Texts as typed, by flag name without hyphens in front; absent flags are undefined. */
export type FlagTexts = Readonly<Record<string, string | undefined>>;

/** The run options that every scenario shares. The defaults are written here and nowhere else. */
export const RUN_FLAGS = {
  "dag-file": "a workflow in place of --shape and --dag-size: WfFormat JSON, DOT or an edge list",
  trials: "trials of each cell (default: until every interval is within 5 %, or --budget ends)",
  budget: "time for the whole command (default 110s; none with --trials)",
  "max-trial-time": "the measured part of a trial is cut here (default 30s)",
  seed: "seed of the DAGs and of the order of trials (default 1)",
  durability: "full: a commit is on disk; relaxed: at the next checkpoint (default full)",
  store:
    "duckdb, or postgres://user@host/database; its trials live in the schema quackmark_bench (default duckdb)",
  out: "folder for result, journal and charts (default results/runs/<id>)",
  threshold: "what the medians must keep, or exit 4; may be repeated: 'submitRows > 200k'",
  resume: "go on with an interrupted run: its id in results/runs, or its folder",
  format: FORMAT_HELP,
} as const satisfies Readonly<Record<string, string>>;

const DEFAULT_BUDGET = "110s";
const DEFAULT_MAX_TRIAL_TIME = "30s";
const DEFAULT_SEED = "1";

/** Flags that a resumed run takes; all others are in its journal. */
const RESUME_FLAGS: readonly string[] = ["resume", "budget", "format"];

const MAX_TRIALS = 10_000;
const MAX_SEED = 0xffffffff;

/** Reads the shared flags. `parameters` are the texts of parameter flags by parameter name. */
export function readRunOptions(
  scenarios: readonly string[],
  parameters: Readonly<Record<string, string>>,
  flags: FlagTexts,
  thresholds: readonly string[] = [],
): RunOptions {
  const { trials, budget, seed = DEFAULT_SEED, durability = "full", store = "duckdb" } = flags;
  if (durability !== "full" && durability !== "relaxed") {
    throw new InputError(`--durability ${durability}: unknown. It takes full or relaxed.`);
  }
  const unbounded = trials !== undefined && budget === undefined;
  return {
    scenarios,
    parameters,
    dagFile: flags["dag-file"] ?? null,
    trials: trials === undefined ? null : wholeNumber("--trials", trials, 1, MAX_TRIALS),
    budgetMs: unbounded ? null : readBudgetMs(flags),
    maxTrialMs: durationMs("--max-trial-time", flags["max-trial-time"] ?? DEFAULT_MAX_TRIAL_TIME),
    seed: wholeNumber("--seed", seed, 0, MAX_SEED),
    durability,
    store: readStore(store),
    thresholds,
  };
}

/** The budget that holds where none was named, or the one that was. */
export function readBudgetMs(flags: FlagTexts): number {
  return durationMs("--budget", flags["budget"] ?? DEFAULT_BUDGET);
}

/** Throws an `InputError` when a resumed run is given what its journal already says. */
export function refuseWithResume(
  scenarios: readonly string[],
  parameters: Readonly<Record<string, string>>,
  flags: FlagTexts,
  flagOf: (parameter: string) => string,
): void {
  const named = Object.keys(flags).filter((name) => flags[name] !== undefined);
  const extra = [
    ...scenarios,
    ...Object.keys(parameters).map(flagOf),
    ...named.filter((name) => !RESUME_FLAGS.includes(name)).map((name) => `--${name}`),
  ];
  if (extra.length === 0) return;
  throw new InputError(
    `--resume goes on with what the run was started with; leave out ${extra.join(", ")}.`,
  );
}
