/** `bench explain`: the verdict on a saved run in plain words. */
import type { Argv } from "yargs";
import { explain } from "../report/explain.ts";
import { renderExplanation } from "../report/explain-text.ts";
import { readResult } from "../results/result-file.ts";
import { type Typed, textOf } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun, RUN_HELP } from "./find-run.ts";
import { terminal } from "./terminal.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  return command
    .positional("run", { type: "string", describe: `${RUN_HELP} (default latest)` })
    .option("json", {
      type: "boolean",
      describe: "print one JSON document, a list of sentences for each part",
    })
    .example("$0 explain", "what the newest run says, and what to do next")
    .example("$0 explain results/published/dag-100000.json", "any result file");
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  const explanation = explain(await readResult(findRun(textOf(typed, "run") ?? "latest")));
  process.stdout.write(
    typed["json"] === true
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : renderExplanation(explanation, terminal()),
  );
  return EXIT.pass;
}
