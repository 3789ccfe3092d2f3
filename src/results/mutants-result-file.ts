/** The result of a hunt for mutants on disk: written after each mutant, so that an interrupted hunt can go on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { type MutantsResult, mutantsResultSchema } from "./mutants-result.ts";

/** Its name in the folder of a hunt. */
export const MUTANTS_FILE = "mutants.json";

/** Writes `mutants.json` into `folder`, which must exist; returns its text. Throws what the file system throws. */
export async function writeMutants(folder: string, result: MutantsResult): Promise<string> {
  const text = `${JSON.stringify(mutantsResultSchema.parse(result), null, 1)}\n`;
  await replaceFile(join(folder, MUTANTS_FILE), text);
  return text;
}

/** @throws InputError that names the folder where it holds no hunt of this version */
export function readMutantsResult(folder: string): MutantsResult {
  try {
    const text = readFileSync(join(folder, MUTANTS_FILE), "utf8");
    return mutantsResultSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new InputError(
      `--resume ${folder}: its ${MUTANTS_FILE} cannot be read (${messageOf(cause).split("\n", 1)[0]}). Name the folder of a hunt of this version.`,
      { cause },
    );
  }
}
