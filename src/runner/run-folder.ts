/** The folder of a run: made before anything is measured, and unmade when there is nothing to keep. */
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errnoOf, InputError, messageOf } from "../lib/errors.ts";
import { shellText } from "../lib/shell-text.ts";
import { RESULT_FILE } from "../results/result-file.ts";
import { JOURNAL_FILE } from "./journal.ts";

/** A folder that is ready to be written. */
export interface RunFolder {
  /** Absolute. */
  readonly path: string;
  /** Removes what the run made, down to the parents that did not exist before. */
  discard(): void;
}

/**
 * Makes the folder with its parents and proves that it can be written. Throws an `InputError` when
 * it cannot, or when it holds a run already; then nothing is left behind.
 */
export function createRunFolder(folder: string): RunFolder {
  // What is no name would be the current folder.
  if (folder.trim() === "")
    throw new InputError("--out: an empty name. Name a folder, or leave it out.");
  const path = resolve(folder);
  const made: string[] = [];
  const discard = (): void => {
    for (const name of [JOURNAL_FILE, RESULT_FILE]) rmSync(join(path, name), { force: true });
    for (const parent of made.toReversed()) removeIfEmpty(parent);
  };
  try {
    for (const missing of missingFolders(path)) {
      mkdirSync(missing);
      made.push(missing);
    }
    if ([JOURNAL_FILE, RESULT_FILE].some((name) => existsSync(join(path, name)))) {
      throw new InputError(
        `--out ${folder}: there is a run in this folder already. Name another folder, or go on with it: --resume ${asTyped(folder)}`,
      );
    }
    const probe = join(path, `.${process.pid}.tmp`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    for (const parent of made.toReversed()) removeIfEmpty(parent);
    if (error instanceof InputError) throw error;
    throw new InputError(
      `--out ${folder}: cannot be written (${messageOf(error)}). Choose another folder.`,
      { cause: error },
    );
  }
  return { path, discard };
}

/** As `--resume` takes it for a path: a bare name could be an id. */
function asTyped(folder: string): string {
  return shellText([/[/\\.]/.test(folder) ? folder : `./${folder}`]);
}

/** The folder and its parents that do not exist, topmost first. `mkdir -p` would never return on some special file systems. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let at = path; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  return missing;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errnoOf(error) ?? "")) throw error;
  }
}
