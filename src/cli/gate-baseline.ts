/** `bench gate` with a stored result in place of a second build. */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError, messageOf } from "../lib/errors.ts";
import type { Comparison } from "../results/comparison.ts";
import { writeComparison } from "../results/comparison-file.ts";
import { readEnvironment } from "../results/environment.ts";
import type { Result } from "../results/result.ts";
import { RESULT_FILE, readResult } from "../results/result-file.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import type { SequentialRule } from "../stats/sequential.ts";
import { measureBaseline } from "./baseline-session.ts";
import type { SavedComparison } from "./compare-session.ts";
import { EXIT } from "./exit-codes.ts";
import type { PlannedPolicy } from "./policy-file.ts";
import type { FlagTexts } from "./run-flags.ts";
import { freshRunId } from "./run-id.ts";
import { compareSides } from "./saved-comparison.ts";

/** Measures the policy's cells and compares them with the file. A baseline that cannot be read compares with nothing. */
export async function compareWithBaseline(
  path: string,
  plan: PlannedPolicy,
  rule: SequentialRule,
  flags: FlagTexts,
  command: readonly string[],
): Promise<SavedComparison> {
  const base = await storedResult(path);
  if (base instanceof InputError) return await nothing(path, base.message, rule, flags, command);
  const { result, folder, ending } = await measureBaseline(plan, flags, command);
  const sides = {
    mode: "baseline",
    base: { name: path, result: base },
    head: { name: "this checkout", result },
    cells: plan.cells.map(({ judged }) => judged),
    ending,
  } as const;
  const comparison = compareSides(sides, rule, command);
  await writeComparison(folder, comparison);
  return { comparison, folder };
}

/** A comparison with nothing: told like every other, and never green. */
async function nothing(
  path: string,
  reason: string,
  { toleratedRatio, fatalRatio }: SequentialRule,
  flags: FlagTexts,
  command: readonly string[],
): Promise<SavedComparison> {
  const now = new Date();
  const id = freshRunId(now);
  const folder = createRunFolder(flags["out"] ?? join("results", "runs", id)).path;
  const environment = await readEnvironment(folder);
  const { commit, dirty } = environment;
  const comparison: Comparison = {
    comparisonVersion: 1,
    id,
    startedAt: now.toISOString(),
    finishedAt: new Date().toISOString(),
    command: [...command],
    mode: "baseline",
    base: { name: path, commit: null, dirty: false },
    head: { name: "this checkout", commit, dirty },
    seed: 0,
    environment,
    margins: { toleratedRatio, fatalRatio },
    cells: [],
    pairs: [],
    verdict: "nothing-comparable",
    reasons: [reason],
    notes: [],
  };
  await writeComparison(folder, comparison);
  return { comparison, folder };
}

/** Measures the policy's cells and the kernel into the file; returns the exit code. */
export async function saveBaseline(
  path: string,
  plan: PlannedPolicy,
  flags: FlagTexts,
  command: readonly string[],
): Promise<number> {
  const { result, folder, ending } = await measureBaseline(plan, flags, command);
  if (ending.end === "interrupted") {
    process.stderr.write(`bench: interrupted, and no baseline is written; see ${folder}\n`);
    return EXIT.interrupted;
  }
  if (ending.failure !== null) {
    process.stderr.write(`bench: ${ending.failure.reason}; no baseline is written\n`);
    return ending.failure.wrong ? EXIT.invariantViolated : EXIT.nothingMeasured;
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(folder, RESULT_FILE), path);
  } catch (error) {
    throw new InputError(`--save-baseline ${path}: cannot be written (${messageOf(error)}).`, {
      cause: error,
    });
  }
  process.stderr.write(`saved ${result.cells.length} cells, the kernel among them, in ${path}\n`);
  return EXIT.pass;
}

async function storedResult(path: string): Promise<Result | InputError> {
  if (!existsSync(path)) {
    return new InputError(
      `the baseline ${path} does not exist. Make one: bench gate --save-baseline ${path}`,
    );
  }
  try {
    return await readResult(path);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
