/** The command line of `bench gate`: its flags, and what they say to `gateCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { type Typed, textOf } from "./command.ts";
import { COMPARE_FLAGS } from "./compare-flags.ts";
import { gateCommand } from "./gate.ts";

const OWN_FLAGS = {
  baseline: "compare with a stored result in place of a commit, by the calibration kernel's ratios",
  "save-baseline": "measure the policy's cells and the kernel, and store them in this file",
  junit: "write JUnit XML here too (it is always in the folder of the run)",
} as const;

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  for (const [flag, describe] of Object.entries({ ...COMPARE_FLAGS, ...OWN_FLAGS })) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("all", { type: "boolean", describe: "show the metrics that decide nothing too" })
    .option("json", { type: "boolean", describe: "one JSON document on stdout" })
    .example("$0 gate --base origin/main", "in CI: fail when this checkout is slower")
    .example("$0 gate --base HEAD~1 --only submit", "one part of the policy")
    .example("$0 gate --save-baseline results/baselines/main.json", "on main, now and then")
    .example("$0 gate --baseline results/baselines/main.json", "where the base cannot be built")
    .example("$0 gate --base main --policy ci/gate.yaml --junit gate.xml", "a policy of your own")
    .epilogue(
      [
        "Writes Markdown to $GITHUB_STEP_SUMMARY and annotations where GitHub runs it. docs/GATE.md has a",
        "workflow file and the fields of gate.yaml.",
        "Exit codes: 0 pass; 3 regression; 4 a promise was missed; 5 inconclusive (0 with inconclusive: warn);",
        "6 a wrong answer; 7 nothing measured or nothing comparable, never green; 130 interrupted.",
      ].join("\n"),
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  const flags = Object.keys({ ...COMPARE_FLAGS, ...OWN_FLAGS });
  return gateCommand({
    flags: Object.fromEntries(flags.map((flag) => [flag, textOf(typed, flag)])),
    all: typed["all"] === true,
    json: typed["json"] === true,
    command: ["bench", ...hideBin(process.argv)],
  });
}
