/** Shows a result as its reader asked: text goes to stdout, files go into a folder and their paths to stdout. */
import { render } from "../report/render.ts";
import type { Result } from "../results/result.ts";
import { type Format, isText } from "./formats.ts";
import { writeReport } from "./report-files.ts";
import { terminal } from "./terminal.ts";

/** Where a result is, and where files go. */
export interface ShowPlace {
  /** The folder of the run: named by the terminal's report, and the place of files. */
  readonly folder?: string;
  /** The folder that the reader named: everything is written there, text as well. */
  readonly out?: string;
}

/** See the file's head. Throws an `InputError` when a file cannot be written. */
export async function showResult(
  result: Result,
  format: Format,
  { folder, out }: ShowPlace,
): Promise<void> {
  if (out === undefined && isText(format)) {
    const saved = folder === undefined ? {} : { folder };
    process.stdout.write(render(result, format, { ...terminal(), ...saved }));
    return;
  }
  for (const path of await writeReport(result, format, out ?? folder ?? ".")) {
    process.stdout.write(`${path}\n`);
  }
}
