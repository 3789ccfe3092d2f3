/** Loads an engine from the folder of its build. Ours and a base's come the same way, so that neither has an advantage. */
import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { EngineBuild, EngineLab } from "./engine-build.ts";

/** The engine beside this file: its sources where this runs from sources, else its build. */
const OWN_FOLDER = fileURLToPath(new URL("../../engine/", import.meta.url));
const OWN_EXTENSION = extname(import.meta.url);

/** Where a build keeps each entry as one file, which is read in a fraction of the time; a build may have none. */
export const BUNDLE = "bundle";

/** A folder holds no engine that this harness can drive. */
class EngineMisfitError extends QuackmarkError {
  /** `what` says what is missing. */
  constructor(folder: string, what: string, cause?: unknown) {
    super(
      "ENGINE_MISFIT",
      `The engine in ${folder} does not fit this harness: ${what}. Compare with a newer base.`,
      { cause },
    );
  }
}

/**
 * The engine in `folder`, an absolute path with `index.js` and `lab.js` in it; ours for null.
 *
 * @throws EngineMisfitError when it cannot be loaded or has no queue to open
 */
export async function loadEngine(folder: string | null): Promise<EngineBuild> {
  const { Queue, SETTINGS, auditFile, expand, map } = await importFrom<EngineBuild>(
    folder,
    "index",
  );
  for (const [name, value] of Object.entries({ "Queue.open": Queue?.open, auditFile })) {
    if (typeof value !== "function") {
      throw new EngineMisfitError(folder ?? OWN_FOLDER, `it exports no ${name}`);
    }
  }
  return {
    folder,
    Queue,
    // A build that exports none takes no settings of ours.
    SETTINGS: SETTINGS ?? {},
    auditFile,
    expand,
    map,
    lab: () => importFrom<EngineLab>(folder, "lab"),
  };
}

/** The file by which a build's entry is loaded: its bundle where there is one. */
export function entryFile(folder: string, file: string): string {
  const bundled = join(folder, BUNDLE, file);
  return existsSync(bundled) ? bundled : join(folder, file);
}

async function importFrom<T>(folder: string | null, name: string): Promise<T> {
  const file = `${name}${folder === null ? OWN_EXTENSION : ".js"}`;
  try {
    return (await import(pathToFileURL(entryFile(folder ?? OWN_FOLDER, file)).href)) as T;
  } catch (error) {
    const what = `${file} cannot be loaded (${messageOf(error)})`;
    throw new EngineMisfitError(folder ?? OWN_FOLDER, what, error);
  }
}
