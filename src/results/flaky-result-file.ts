/** The result of a flakiness campaign on disk, beside the journal: replaced at once or not at all. */
import { join } from "node:path";
import { replaceFile } from "../lib/replace-file.ts";
import { type FlakyResult, flakyResultSchema } from "./flaky-result.ts";

/** Its name in the folder of a campaign. */
const FLAKY_RESULT_FILE = "flaky.json";

/**
 * Writes `flaky.json` into `folder`, which must exist. The journal holds every run, so that a crash before
 * the rename loses nothing. Throws what the file system throws.
 */
export async function writeFlakyResult(folder: string, result: FlakyResult): Promise<void> {
  const text = `${JSON.stringify(flakyResultSchema.parse(result), null, 1)}\n`;
  await replaceFile(join(folder, FLAKY_RESULT_FILE), text);
}
