/** The command line of `bench selftest`: its flags, and what they say to `selftestCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { type Typed, textOf } from "./command.ts";
import { SELFTEST_FLAGS, selftestCommand } from "./selftest.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  for (const [flag, describe] of Object.entries(SELFTEST_FLAGS)) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("quick", {
      type: "boolean",
      describe: "a few gates of each kind, in 5 minutes (default)",
    })
    .option("full", { type: "boolean", describe: "as many gates as the bounds need: some hours" })
    .option("json", { type: "boolean", describe: "one JSON document on stdout" })
    .example("$0 selftest", "does the gate work on this machine?")
    .example("$0 selftest --full --budget 20m --out nightly", "one sitting of the long one")
    .example("$0 selftest --replay results/selftest/journal.jsonl", "the tables of a record")
    .epilogue(
      [
        "Compares our build with copies of itself: unchanged, with a submit that is slower by 10 and 15 %,",
        "and beside a CPU hog. Counts what the gate said, with the bound for the gates really run, and plays",
        "the same pairs to the rules of other tools. A folder with a record is gone on with: repeat the command.",
        "Exit codes: 0 no target is missed; 4 one is; 7 nothing measured; 130 interrupted (what was measured is kept).",
      ].join("\n"),
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  return selftestCommand({
    flags: Object.fromEntries(
      Object.keys(SELFTEST_FLAGS).map((flag) => [flag, textOf(typed, flag)]),
    ),
    quick: typed["quick"] === true,
    full: typed["full"] === true,
    json: typed["json"] === true,
    command: ["bench", ...hideBin(process.argv)],
  });
}
