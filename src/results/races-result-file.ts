/** The result of a race campaign on disk. */
import { join } from "node:path";
import { replaceFile } from "../lib/replace-file.ts";
import { type RacesResult, racesResultSchema } from "./races-result.ts";

/** Its name in the folder of a campaign. */
export const RACES_RESULT_FILE = "races.json";

/** Writes `races.json` into `folder`, which must exist. Throws what the file system throws. */
export async function writeRacesResult(folder: string, result: RacesResult): Promise<void> {
  const text = `${JSON.stringify(racesResultSchema.parse(result), null, 1)}\n`;
  await replaceFile(join(folder, RACES_RESULT_FILE), text);
}
