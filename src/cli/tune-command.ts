/** The command line of `bench tune`: its flags, and what they say to `tuneCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError } from "../lib/errors.ts";
import { TUNE_FORMATS } from "../report/tune/render-tune.ts";
import { readStore } from "../runner/plan-store.ts";
import { type Typed, textOf } from "./command.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import { chooseFormat } from "./formats.ts";
import { tuneCommand } from "./tune.ts";

const DEFAULT_BUDGET = { tune: "15m", check: "170s" } as const;
const DEFAULT_TRIALS = "6";
const DEFAULT_SEED = "1";

const FLAGS = {
  setting: "only these settings, separated by commas (default all)",
  trials: `trials of each cell (default ${DEFAULT_TRIALS}, the fewest with an interval)`,
  budget: `time for the whole command (default ${DEFAULT_BUDGET.tune}; with --check ${DEFAULT_BUDGET.check})`,
  seed: `seed of the DAGs and of the order of trials (default ${DEFAULT_SEED})`,
  store: "duckdb, or postgres://user@host/database: where COPY beats unnest there (default duckdb)",
  durability: "full: a commit is on disk; relaxed: at the next checkpoint (default full)",
  out: "folder for results and charts (default results/runs/<id>)",
  format: `what to print: ${TUNE_FORMATS.join(", ")} (default table)`,
} as const;

/** Below this no interval can exclude anything. */
const FEWEST_TRIALS = 6;
const MOST_TRIALS = 1_000;
const MOST_SEED = 0xffffffff;

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  for (const [flag, describe] of Object.entries(FLAGS)) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("write", {
      type: "boolean",
      describe: "write the settings that should change to quackmark.config.json here",
    })
    .option("check", {
      type: "boolean",
      describe: "only compare the shipped defaults with their rivals; exit 4 when one is off",
    })
    .option("json", { type: "boolean", describe: "the same as --format json" })
    .option("no-charts", { type: "boolean", describe: "draw no PNG charts" })
    .example("$0 tune", "find the settings for this machine")
    .example("$0 tune --write", "and take them home in quackmark.config.json")
    .example("$0 tune --setting claimBatch,dependencyChunkSize", "some of them")
    .example("$0 tune --check", "in CI: are the shipped defaults still within noise of the best?")
    .epilogue(
      "The simplest setting within noise of the best is taken: the shipped one where it is, else the smallest. Then it must hold on sizes and shapes that it was not tuned on.",
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  const check = typed["check"] === true;
  const write = typed["write"] === true;
  if (check && write)
    throw new InputError(
      "--check changes nothing, so --write has no meaning with it. Name one of them.",
    );
  const mode = check ? "check" : "tune";
  const durability = textOf(typed, "durability") ?? "full";
  if (durability !== "full" && durability !== "relaxed") {
    throw new InputError(`--durability ${durability}: unknown. It takes full or relaxed.`);
  }
  return tuneCommand({
    mode,
    write,
    settings: settingsOf(textOf(typed, "setting")),
    trials: wholeNumber(
      "--trials",
      textOf(typed, "trials") ?? DEFAULT_TRIALS,
      FEWEST_TRIALS,
      MOST_TRIALS,
    ),
    budgetMs: durationMs("--budget", textOf(typed, "budget") ?? DEFAULT_BUDGET[mode]),
    seed: wholeNumber("--seed", textOf(typed, "seed") ?? DEFAULT_SEED, 0, MOST_SEED),
    store: readStore(textOf(typed, "store") ?? "duckdb"),
    durability,
    out: textOf(typed, "out"),
    format: chooseFormat(TUNE_FORMATS, textOf(typed, "format"), typed["json"] === true),
    charts: typed["no-charts"] !== true,
    command: ["bench", ...hideBin(process.argv)],
  });
}

function settingsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const names = text.split(",").map((name) => name.trim());
  if (names.includes(""))
    throw new InputError("--setting has an empty value. Name settings, separated by commas.");
  return [...new Set(names)];
}
