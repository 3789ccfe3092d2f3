/** The command line of `bench flaky`: its flags, and what they say to `flakyCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError } from "../lib/errors.ts";
import { type Typed, textOf } from "./command.ts";
import { flakyCommand } from "./flaky.ts";
import { FLAKY_SWITCHES, FLAKY_TEXT_FLAGS } from "./flaky-flags.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  command.positional("command", {
    type: "string",
    array: true,
    describe:
      "the test command, after --; {run}, {seed} and {report} in it stand for those of a run",
  });
  for (const [flag, describe] of Object.entries(FLAKY_SWITCHES)) {
    command.option(flag, { type: "boolean", describe });
  }
  for (const [flag, describe] of Object.entries(FLAKY_TEXT_FLAGS)) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .example("$0 flaky -- npx vitest run", "is this suite flaky? by test, until all have an answer")
    .example("$0 flaky --shuffle --sequential -- npx jest", "shuffled, to below 1 %")
    .example("$0 flaky -- pytest --junitxml={report}", "any runner with JUnit XML")
    .example("$0 flaky --runs 100 --margin --classify -- node test.js", "by exit code, with cause")
    .example("$0 flaky --scenario joins", "a race scenario, a new seed in every run")
    .example(
      "$0 flaky --scenario drain -- --dag-size 1000 --claim-batch 100",
      "a benchmark's checks",
    )
    .epilogue(
      [
        "The command runs without a shell, in this folder. Per test where there is a report (found in its",
        "output, in --report, or asked of vitest and jest), else by exit code. A retry that turned green",
        "counts as a failure. docs/FLAKY.md explains the verdicts and what they cannot tell.",
        "",
        "Exit codes: 0 stable; 5 inconclusive or suspect (more runs are needed); 6 flaky or broken (a suite",
        "must give one answer for one code); 7 nothing was run; 2 bad usage, or the command cannot be",
        "started; 130 interrupted: what was measured is printed, and --resume goes on.",
      ].join("\n"),
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  return flakyCommand({
    command: commandAfterDashes(hideBin(process.argv), typed),
    texts: Object.fromEntries(
      Object.keys(FLAKY_TEXT_FLAGS).map((flag) => [flag, textOf(typed, flag)]),
    ),
    switches: new Set(Object.keys(FLAKY_SWITCHES).filter((flag) => typed[flag] === true)),
  });
}

/** Taken from the raw command line: a parser would read, and drop, the dashes of the inner command. */
function commandAfterDashes(raw: readonly string[], { command }: Typed): readonly string[] {
  const dashes = raw.indexOf("--");
  if (dashes >= 0) return raw.slice(dashes + 1);
  if (!Array.isArray(command) || command.length === 0) return [];
  throw new InputError(
    `Put -- before the command, so that its flags are not taken for those of bench: bench flaky -- ${command.join(" ")}`,
  );
}
