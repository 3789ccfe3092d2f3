/** Loads an engine from the folder of its build. Ours and a base's come the same way, so that neither has an advantage. */
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { EngineBuild, EngineLab } from "./engine-build.ts";

/** The engine beside this file: its sources where this runs from sources, else its build. */
const OWN_FOLDER = fileURLToPath(new URL("../../engine/", import.meta.url));
const OWN_EXTENSION = extname(import.meta.filename);

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

async function importFrom<T>(folder: string | null, name: string): Promise<T> {
  const extension = folder === null ? OWN_EXTENSION : ".js";
  const file = join(folder ?? OWN_FOLDER, `${name}${extension}`);
  try {
    return (await import(pathToFileURL(file).href)) as T;
  } catch (error) {
    const what = `${name}${extension} cannot be loaded (${messageOf(error)})`;
    throw new EngineMisfitError(folder ?? OWN_FOLDER, what, error);
  }
}
