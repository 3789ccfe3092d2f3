/** The flags of `bench flaky`: what they are, and how their texts become options. */
import { InputError } from "../lib/errors.ts";
import {
  ARM_RUNS,
  type FlakyOptions,
  MAX_RUNS_FACTOR,
  type TestRunnerName,
} from "../races/flaky/options.ts";
import { detectTestRunner, requireShuffle } from "../races/flaky/test-runner.ts";
import { FLAKY_FORMATS, type FlakyFormat } from "../report/flaky/render-flaky.ts";
import { CAREFUL_PLAN, type FlakinessPlan, passesToAccept, QUICK_PLAN } from "../stats/sprt.ts";
import { EXIT } from "./exit-codes.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import { chooseFormat } from "./formats.ts";

/** Texts as typed, by flag name; absent flags are undefined. */
export type FlakyFlagTexts = Readonly<Record<string, string | undefined>>;

/** Flags that take a value. */
export const FLAKY_TEXT_FLAGS = {
  scenario:
    "a race or benchmark scenario in place of a command; what follows -- are flags of bench races or bench run",
  runs: "exactly so many runs, with intervals (default: --quick)",
  below: "the failure rate that is not acceptable any more (default 1%, with --quick 5%)",
  report:
    "the test report that each run writes, JUnit XML or vitest/jest JSON; only read, and only if it is new",
  runner: "vitest, jest or other (default: what the command names)",
  seed: "the first run's seed for --shuffle and {seed}; each run takes the next (default 1)",
  "run-limit": "a run that takes longer is ended and has failed (default 10m)",
  "test-limit": "the time limit of one test, to count near misses (default: unknown)",
  "arm-runs": `runs of each arm of --classify (default ${ARM_RUNS})`,
  budget: "time for the whole command; checked between runs (default: none)",
  out: "folder for result and journal (default results/runs/<id>)",
  resume: "go on with an interrupted campaign: its id in results/runs, or its folder",
  format: "what to print: table, json or markdown (default table)",
} as const satisfies Readonly<Record<string, string>>;

/** Flags that are on or off. */
export const FLAKY_SWITCHES = {
  sequential: "run until every test has an answer: 0.1 % against 1 % failures, 326 straight passes",
  quick: "the same for 0.1 % against 5 %: 59 straight passes (the default)",
  shuffle: "a new test order in every run, with a seed that is told (vitest, jest, or {seed})",
  margin: "find the smallest slow-down that makes a passing test fail",
  classify: "find the cause: run under arms that each change one thing",
  json: "the same as --format json",
} as const satisfies Readonly<Record<string, string>>;

/** The names of {@link FLAKY_SWITCHES} that are on. */
export type FlakySwitches = ReadonlySet<string>;

const DEFAULT_SEED = "1";
const DEFAULT_RUN_LIMIT = "10m";
const MAX_RUNS = 100_000;
const MAX_SEED = 0xffffffff;
const ACCEPTABLE_PART = 10;

/** Reads the options. Throws an `InputError` that names the flag. */
export function readFlakyOptions(
  command: readonly string[],
  texts: FlakyFlagTexts,
  switches: FlakySwitches,
): FlakyOptions {
  if (command.length === 0) {
    throw new InputError(
      "No command to run. Give it after --, as in: bench flaky -- npx vitest run",
    );
  }
  const { report, seed = DEFAULT_SEED } = texts;
  const testLimit = texts["test-limit"];
  const armRuns = texts["arm-runs"];
  const testRunner = readTestRunner(texts["runner"], command);
  const shuffle = switches.has("shuffle");
  if (shuffle) requireShuffle(testRunner, command);
  if (armRuns !== undefined && !switches.has("classify")) {
    throw new InputError(
      "--arm-runs says something only with --classify. Add it, or leave this out.",
    );
  }
  return {
    command,
    ...readRule(texts, switches),
    report: report ?? null,
    // A scenario's command is ours.
    usageExitCode: texts["scenario"] === undefined ? null : EXIT.badInput,
    testRunner,
    shuffle,
    seed: wholeNumber("--seed", seed, 0, MAX_SEED),
    runLimitMs: durationMs("--run-limit", texts["run-limit"] ?? DEFAULT_RUN_LIMIT),
    testLimitMs: testLimit === undefined ? null : durationMs("--test-limit", testLimit),
    margin: switches.has("margin"),
    classify: switches.has("classify"),
    armRuns: wholeNumber("--arm-runs", armRuns ?? String(ARM_RUNS), 1, MAX_RUNS),
  };
}

function readRule(
  { runs, below }: FlakyFlagTexts,
  switches: FlakySwitches,
): Pick<FlakyOptions, "rule" | "plan"> {
  const named = [
    runs === undefined ? "" : "--runs",
    switches.has("sequential") ? "--sequential" : "",
    switches.has("quick") ? "--quick" : "",
  ].filter((flag) => flag !== "");
  if (named.length > 1) {
    throw new InputError(
      `${named.join(" and ")} are two rules for when to stop. Name one of them.`,
    );
  }
  const careful = runs !== undefined || switches.has("sequential");
  const plan = withBelow(careful ? CAREFUL_PLAN : QUICK_PLAN, below);
  if (runs !== undefined) {
    return { rule: { kind: "fixed", runs: wholeNumber("--runs", runs, 1, MAX_RUNS) }, plan };
  }
  const maxRuns = MAX_RUNS_FACTOR * passesToAccept(plan);
  return { rule: { kind: "sequential", maxRuns }, plan };
}

/** A rate below ten times the acceptable one moves that, too: the two must stay apart. */
function withBelow(plan: FlakinessPlan, below: string | undefined): FlakinessPlan {
  if (below === undefined) return plan;
  const percent = Number(/^(\d+(?:\.\d+)?) ?%$/.exec(below)?.[1] ?? Number.NaN);
  if (!(percent >= 0.1 && percent <= 50)) {
    throw new InputError(`--below ${below}: not a share from 0.1% to 50%, such as 1%.`);
  }
  const unacceptable = percent / 100;
  const acceptable = Math.min(plan.acceptable, unacceptable / ACCEPTABLE_PART);
  return { ...plan, unacceptable, acceptable };
}

function readTestRunner(text: string | undefined, command: readonly string[]): TestRunnerName {
  if (text === undefined) return detectTestRunner(command);
  if (text === "vitest" || text === "jest" || text === "other") return text;
  throw new InputError(`--runner ${text}: unknown. It takes vitest, jest or other.`);
}

/** What `--format` and `--json` ask for. Throws an `InputError`. */
export function readFlakyFormat({ format }: FlakyFlagTexts, json: boolean): FlakyFormat {
  return chooseFormat(FLAKY_FORMATS, format, json);
}

/** Flags that a resumed campaign takes; all others are in its journal. */
const RESUME_FLAGS: readonly string[] = ["resume", "budget", "format", "json"];

/** Throws an `InputError` when a resumed campaign is given what its journal already says. */
export function refuseWithFlakyResume(
  command: readonly string[],
  texts: FlakyFlagTexts,
  switches: FlakySwitches,
): void {
  const named = Object.keys(texts).filter((flag) => texts[flag] !== undefined);
  const extra = [...named, ...switches].filter((flag) => !RESUME_FLAGS.includes(flag));
  const all = [...extra.map((flag) => `--${flag}`), ...(command.length > 0 ? ["the command"] : [])];
  if (all.length === 0) return;
  throw new InputError(
    `--resume goes on with what the campaign was started with; leave out ${all.join(", ")}.`,
  );
}
