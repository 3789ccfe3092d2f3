/** Files that are whole or absent: written beside their place and moved there. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes the file at `path`, over one that is there; its folder is created when missing. `make` writes
 * to the path that it is given. Throws what `make` or the file system throws; then nothing is left.
 */
export async function replaceFile(
  path: string,
  make: string | Uint8Array | ((draft: string) => Promise<void>),
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  try {
    if (typeof make === "function") await make(draft);
    else await writeFile(draft, make);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
