/** `comparison.json` on disk. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPARISON_FILE, type Comparison, comparisonSchema } from "./comparison.ts";

/** Writes the file into an existing folder; it is whole or absent. */
export async function writeComparison(folder: string, comparison: Comparison): Promise<void> {
  const path = join(folder, COMPARISON_FILE);
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(comparisonSchema.parse(comparison), null, 1)}\n`);
  await rename(draft, path);
}
