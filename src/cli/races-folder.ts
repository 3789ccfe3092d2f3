/** The folder of what `bench races` measures: a new one, or one in which nothing that was measured is overwritten. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { shellText } from "../lib/shell-text.ts";
import { MUTANTS_FILE } from "../results/mutants-result-file.ts";
import { RACES_RESULT_FILE } from "../results/races-result-file.ts";
import { createRunFolder, type RunFolder } from "../runner/run-folder.ts";
import { RUNS_FOLDER } from "./find-run.ts";
import { freshRunId } from "./run-id.ts";

/** The record of runs in real time, in its folder. */
export const STRESS_FILE = "stress.json";

/** The record of a self-test of the checks, in its folder. */
export const SELFTEST_FILE = "selftest.json";

const RECORDS = [RACES_RESULT_FILE, STRESS_FILE, MUTANTS_FILE, SELFTEST_FILE];

/** The command that goes on with a hunt for mutants, as one would type it. */
export function huntAgain(folder: string): string {
  return shellText(["bench", "races", "--mutants", "--resume", folder]);
}

/** A folder, and the name and beginning of what is measured. */
export interface RacesFolder extends RunFolder {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** Makes it; `out` is as typed, undefined for a new one. @throws InputError where there is a record in it already */
export function openRacesFolder(out: string | undefined): RacesFolder {
  const now = new Date();
  const id = freshRunId(now);
  const folder = out ?? join(RUNS_FOLDER, id);
  const made = createRunFolder(folder);
  const record = RECORDS.find((name) => existsSync(join(folder, name)));
  if (record !== undefined) {
    const goOn = record === MUTANTS_FILE ? `, or go on with it: ${huntAgain(folder)}` : "";
    throw new InputError(
      `--out ${folder}: there is a record in this folder already (${record}). Name another folder${goOn}.`,
    );
  }
  return { ...made, id, startedAt: now.toISOString() };
}
