/** The settings file that `bench tune --write` leaves: what was there stays, what was tuned is replaced. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { CONFIG_FILE } from "../model/config-file.ts";

/**
 * Writes the settings and says what was done, in one line. Nothing is written where nothing should change.
 *
 * @throws InputError for a file there that is not a JSON object: it is left alone
 */
export async function writeSettings(
  folder: string,
  settings: Readonly<Record<string, number>>,
): Promise<string> {
  const names = Object.keys(settings);
  if (names.length === 0) {
    return `no setting should change, so ${CONFIG_FILE} is not written`;
  }
  const path = join(folder, CONFIG_FILE);
  const text = `${JSON.stringify({ ...known(path), ...settings }, null, 2)}\n`;
  await replaceFile(path, text);
  return `wrote ${names.join(", ")} to ${CONFIG_FILE}`;
}

/** Throws what {@link writeSettings} would throw, before anything is measured for it. */
export function proveWritable(folder: string): void {
  known(join(folder, CONFIG_FILE));
}

function known(path: string): Readonly<Record<string, unknown>> {
  if (!existsSync(path)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
    throw new Error("it is no JSON object");
  } catch (error) {
    throw new InputError(
      `${CONFIG_FILE} in the current folder cannot be extended (${messageOf(error)}). Mend it or move it away.`,
      { cause: error },
    );
  }
}
