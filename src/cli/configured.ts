/** The settings of `quackmark.config.json` in the working directory, for the commands that measure. */
import { existsSync } from "node:fs";
import { CONFIG_FILE, namedSettings, readConfigFile } from "../model/config-file.ts";

/**
 * Settings by name; none where there is no file. Says on stderr that they are in force.
 *
 * @throws InputError, or ConfigError with all that is wrong in the file
 */
export function configuredSettings(): Readonly<Record<string, number>> {
  if (!existsSync(CONFIG_FILE)) return {};
  const settings = namedSettings(readConfigFile(CONFIG_FILE));
  const names = Object.keys(settings);
  if (names.length > 0) process.stderr.write(`bench: ${CONFIG_FILE} sets ${names.join(", ")}\n`);
  return settings;
}
