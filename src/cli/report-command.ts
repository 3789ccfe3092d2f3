/** The command line of `bench report`: a saved run, shown in any format. */
import type { Argv } from "yargs";
import { readResult } from "../results/result-file.ts";
import { type Typed, textOf } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun, folderOf, RUN_HELP } from "./find-run.ts";
import { FORMAT_HELP, readFormat } from "./formats.ts";
import { showResult } from "./show-result.ts";

/** Adds the flags of the command. */
export function declare(command: Argv): Argv {
  return command
    .positional("run", { type: "string", describe: `${RUN_HELP} (default latest)` })
    .option("format", { type: "string", requiresArg: true, describe: FORMAT_HELP })
    .option("out", {
      type: "string",
      requiresArg: true,
      describe: "write <id>.<ext> into this folder (default: print text, put files beside the run)",
    })
    .option("json", { type: "boolean", describe: "the same as --format json" })
    .example("$0 report", "the newest run again, in the terminal")
    .example("$0 report latest --format html", "one page for the browser, offline")
    .example(
      "$0 report results/runs/<id> --format csv > trials.csv",
      "every trial for a spreadsheet",
    )
    .example("$0 report old.json --format png --out pictures", "the charts of any result file")
    .epilogue(
      "Files are named by the run's id; pictures by the id and the chart. Their paths are printed.",
    );
}

/** Runs the command. */
export async function run(typed: Typed): Promise<number> {
  const format = readFormat(textOf(typed, "format"), typed["json"] === true);
  const path = findRun(textOf(typed, "run") ?? "latest");
  const result = await readResult(path);
  const out = textOf(typed, "out");
  await showResult(result, format, {
    folder: folderOf(path),
    ...(out === undefined ? {} : { out }),
  });
  return EXIT.pass;
}
