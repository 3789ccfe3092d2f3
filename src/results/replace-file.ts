/** Replaces a file at once or not at all. */
import { rename, rm, writeFile } from "node:fs/promises";

/** Writes beside the file, then renames. Throws what the file system throws. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
