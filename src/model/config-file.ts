/** The configuration as a JSON file. `bench` reads it from the working directory; the library, where `config` names it. */
import { readFileSync } from "node:fs";
import { ConfigError, errnoOf, InputError, messageOf } from "../lib/errors.ts";
import { type Config, type ConfigInput, resolveConfig } from "./config.ts";
import { profileSettings } from "./profiles.ts";

/** The file's name, where nobody says another. */
export const CONFIG_FILE = "quackmark.config.json";

/**
 * Reads and checks a file.
 *
 * @throws InputError for a file that cannot be read or is no JSON object; ConfigError with a line for each wrong value
 */
export function readConfigFile(path: string): ConfigInput {
  const value = parsed(path);
  try {
    resolveConfig(value);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(error.problems, path);
    throw error;
  }
  return value;
}

/** The configuration of settings, or of the file at a path. @throws InputError, ConfigError like {@link readConfigFile} */
export function configOf(given: ConfigInput | string | undefined): Config {
  return resolveConfig(typeof given === "string" ? readConfigFile(given) : given);
}

/** The settings that an input names, itself or by its profile, with their values in force; the others are defaults. */
export function namedSettings(input: ConfigInput): Readonly<Record<string, number>> {
  const config: Readonly<Record<string, number>> = resolveConfig(input);
  const { profile, ...named } = input;
  const names = Object.keys({ ...profileSettings(profile), ...named });
  return Object.fromEntries(names.map((name) => [name, config[name] as number]));
}

function parsed(path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = errnoOf(cause) === "ENOENT" ? "there is no such file" : messageOf(cause);
    throw new InputError(`${path}: no configuration can be read (${why}); mend the file`, {
      cause,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new InputError(
    `${path}: a configuration is a JSON object, such as {"profile": "ci", "claimBatch": 100}`,
  );
}
