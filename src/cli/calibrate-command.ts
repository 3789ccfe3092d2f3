/** The command line of `bench calibrate`: its flags, and what they say to `calibrateCommand`. */
import type { Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { CALIBRATE_FLAGS, calibrateCommand } from "./calibrate.ts";
import { type Typed, textOf } from "./command.ts";
import { repeatedTexts } from "./repeated-flag.ts";

const CELL =
  "a cell in place of the policy's; may be repeated: 'submit dagSize=10000 strategy=appender'";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  for (const [flag, describe] of Object.entries({ ...CALIBRATE_FLAGS, cell: CELL })) {
    command.option(flag, { type: "string", requiresArg: true, describe });
  }
  return command
    .option("json", { type: "boolean", describe: "one JSON document on stdout" })
    .example("$0 calibrate", "how small a change can the gate see here?")
    .example("$0 calibrate --budget 10m", "the same, better known")
    .example("$0 calibrate --cell 'drain dagSize=1e5 claimBatch=1000 wake=notify'", "another cell")
    .epilogue(
      [
        "Runs this build against itself in shuffled pairs: noise, the correlation within a pair, the smallest",
        "slowdown that a gate of so many minutes sees, and margins for gate.yaml (margins: calibrated). The file",
        "is named by the machine's fingerprint. Ctrl-C keeps what was measured.",
        "Exit codes: 0 calibrated; 6 a wrong answer; 7 too few pairs, or a trial that failed; 130 interrupted.",
      ].join("\n"),
    );
}

/** Runs the command. */
export function run(typed: Typed): Promise<number> {
  const args = hideBin(process.argv);
  return calibrateCommand({
    flags: Object.fromEntries(
      Object.keys(CALIBRATE_FLAGS).map((flag) => [flag, textOf(typed, flag)]),
    ),
    cells: repeatedTexts(args, "--cell"),
    json: typed["json"] === true,
    command: ["bench", ...args],
  });
}
