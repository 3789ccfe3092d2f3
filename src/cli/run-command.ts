/** The command line of `bench run`: its flags, and what they say to `runCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { type Typed, textOf } from "./command.ts";
import { repeatedTexts } from "./repeated-flag.ts";
import { runCommand } from "./run.ts";
import { RUN_FLAGS } from "./run-flags.ts";
import { builtInFlags } from "./scenario-flags.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  command.positional("scenario", {
    type: "string",
    array: true,
    describe: "built-in scenarios by name, or your own by path (default: submit and drain)",
  });
  for (const { flag, help, choice } of builtInFlags()) {
    const text = { type: "string", requiresArg: true, group: "Parameters:" } as const;
    command.option(flag.slice(2), { ...text, describe: `${help}: ${choice}` });
  }
  for (const [flag, describe] of Object.entries(RUN_FLAGS)) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("json", { type: "boolean", describe: "the same as --format json" })
    .option("no-charts", { type: "boolean", describe: "draw no PNG charts" })
    .example("$0 run --dag-size 100000", "the whole answer for 100,000 jobs")
    .example("$0 run submit --strategy values,appender --dag-size 1e3..1e6", "two ways in, by size")
    .example(
      "$0 run submit --threshold '[strategy=appender] submitRows > 200k'",
      "a promise to keep",
    )
    .example("$0 run drain --dag-file workflow.json", "a workflow of your own")
    .epilogue(
      "A parameter takes one value, a list 1000,10000 or a range 1e3..1e6; every combination is a cell.",
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  const parameters = builtInFlags().flatMap(({ name, flag }) => {
    const value = textOf(typed, flag.slice(2));
    return value === undefined ? [] : [[name, value] as const];
  });
  const { scenario } = typed;
  return runCommand({
    scenarios: Array.isArray(scenario) ? scenario.map(String) : [],
    parameters: Object.fromEntries(parameters),
    flags: Object.fromEntries(Object.keys(RUN_FLAGS).map((flag) => [flag, textOf(typed, flag)])),
    thresholds: repeatedTexts(hideBin(process.argv), "--threshold"),
    json: typed["json"] === true,
    charts: typed["no-charts"] !== true,
    command: ["bench", ...hideBin(process.argv)],
  });
}
