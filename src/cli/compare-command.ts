/** The command line of `bench compare`: its flags, and what they say to `compareCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { type Typed, textOf } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { COMPARE_FLAGS } from "./compare-flags.ts";
import { repeatedTexts } from "./repeated-flag.ts";

const OWN_FLAGS = {
  cell: "a cell to compare in place of the policy's; may be repeated: 'submit dagSize=10000 strategy=appender'",
  metric: "a metric that decides in those cells; may be repeated (default: the scenario's first)",
  format: "what to print: table, json or markdown (default table)",
} as const;

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  command.positional("result", {
    type: "string",
    array: true,
    describe: "two saved runs to compare, the older first: result files or folders of runs",
  });
  for (const [flag, describe] of Object.entries({ ...COMPARE_FLAGS, ...OWN_FLAGS })) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("all", { type: "boolean", describe: "show the metrics that decide nothing too" })
    .option("json", { type: "boolean", describe: "the same as --format json" })
    .example("$0 compare --base main", "did this checkout make anything slower?")
    .example("$0 compare --base HEAD~1 --cell 'submit dagSize=1e5 strategy=appender'", "one cell")
    .example("$0 compare results/runs/a results/runs/b", "two saved runs, with what that can say")
    .epilogue(
      [
        "--base builds the commit in a git worktree and runs both builds in pairs, round by round in turns, until the answer",
        "is clear or 32 pairs are measured. A slowdown up to 3 % is tolerated, one of 10 % must not pass.",
        "Exit codes: 0 pass; 3 regression; 4 a promise was missed; 5 inconclusive; 6 a wrong answer; 7 nothing",
        "comparable; 130 interrupted.",
      ].join("\n"),
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  const { result } = typed;
  const flags = Object.keys({ ...COMPARE_FLAGS, ...OWN_FLAGS });
  const args = hideBin(process.argv);
  return compareCommand({
    results: Array.isArray(result) ? result.map(String) : [],
    flags: Object.fromEntries(flags.map((flag) => [flag, textOf(typed, flag)])),
    cells: repeatedTexts(args, "--cell"),
    metrics: repeatedTexts(args, "--metric"),
    all: typed["all"] === true,
    json: typed["json"] === true,
    command: ["bench", ...args],
  });
}
