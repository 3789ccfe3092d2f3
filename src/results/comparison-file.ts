/** `comparison.json` on disk. */
import { join } from "node:path";
import { replaceFile } from "../lib/replace-file.ts";
import { COMPARISON_FILE, type Comparison, comparisonSchema } from "./comparison.ts";

/** Writes the file into a folder; it is whole or absent. */
export async function writeComparison(folder: string, comparison: Comparison): Promise<void> {
  const text = `${JSON.stringify(comparisonSchema.parse(comparison), null, 1)}\n`;
  await replaceFile(join(folder, COMPARISON_FILE), text);
}
