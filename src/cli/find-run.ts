/** Finds a saved run by what a user types: its id, a path, or `latest`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../lib/errors.ts";
import { RESULT_FILE } from "../results/result-file.ts";

/** Where the folders of runs are, below the current folder. */
export const RUNS_FOLDER: string = join("results", "runs");

/** Stands for the newest run. */
const LATEST = "latest";

/** The help of an argument that names a run. */
export const RUN_HELP =
  "a run: its id in results/runs, the path of its folder or result file, or latest";

/**
 * The path of a run's folder or result file: anything with a slash or a dot is a path, everything else
 * an id in `runs`. Whether there is a readable result is for `readResult` to say. Throws an `InputError`
 * where `latest` finds none, and where a run has ended without a result.
 */
export function findRun(text: string, runs: string = RUNS_FOLDER): string {
  const path = text === LATEST ? latestRun(runs) : /[/\\.]/.test(text) ? text : join(runs, text);
  if (existsSync(join(path, "journal.jsonl")) && !existsSync(join(path, RESULT_FILE))) {
    throw new InputError(
      `${path} holds a journal and no ${RESULT_FILE}: the run has not ended. Finish it with bench run --resume ${path}`,
    );
  }
  if (text !== path && !existsSync(path)) {
    const known = runsWithResult(runs);
    const some = known.slice(-3).join(", ");
    throw new InputError(
      `There is no run ${text} in ${runs}. ${known.length === 0 ? "It holds none: give a path." : `The newest are ${some}.`}`,
    );
  }
  return path;
}

/**
 * The folder of a run to go on with, as typed after `--resume`: an id in `runs` where there is one of it, else
 * the path of a folder.
 */
export function findResumed(text: string, runs: string = RUNS_FOLDER): string {
  const saved = join(runs, text);
  return /[/\\.]/.test(text) || !existsSync(saved) ? text : saved;
}

/** The folder in which a run is, given what {@link findRun} gave. */
export function folderOf(path: string): string {
  return statSync(path).isDirectory() ? path : dirname(path);
}

function latestRun(runs: string): string {
  const newest = runsWithResult(runs).at(-1);
  if (newest !== undefined) return join(runs, newest);
  throw new InputError(
    `There is no run with a result in ${runs}. Run bench run first, or give a path.`,
  );
}

/** Ids begin with the time: sorted by name, the newest is last. */
function runsWithResult(runs: string): readonly string[] {
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .filter((name) => existsSync(join(runs, name, RESULT_FILE)))
    .sort();
}
