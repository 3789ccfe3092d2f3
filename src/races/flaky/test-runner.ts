/** The flags of the test runners that we know: report, order, and one test at a time. */
import { basename } from "node:path";
import { InputError } from "../../lib/errors.ts";
import type { TestRunnerName } from "./options.ts";

/** What can be asked of a test runner by appending arguments to its command. */
interface TestRunnerFlags {
  /** Writes the JSON report to this file. */
  readonly report: (path: string) => readonly string[];
  /** With one of these in the command, the user has said where reports go. */
  readonly ownReport: readonly string[];
  readonly shuffle: (seed: number) => readonly string[];
  /** With one of these in the command, the seed is the user's. */
  readonly ownSeed: readonly string[];
  /** Runs test files one after the other. */
  readonly serial: readonly string[];
}

const FLAGS: Readonly<Record<Exclude<TestRunnerName, "other">, TestRunnerFlags>> = {
  vitest: {
    report: (path) => ["--reporter=json", `--outputFile.json=${path}`],
    ownReport: ["--outputFile"],
    shuffle: (seed) => [
      "--sequence.shuffle.files",
      "--sequence.shuffle.tests",
      `--sequence.seed=${seed}`,
    ],
    ownSeed: ["--sequence.seed", "--sequence.shuffle"],
    serial: ["--no-file-parallelism", "--maxConcurrency=1"],
  },
  jest: {
    report: (path) => ["--json", `--outputFile=${path}`],
    ownReport: ["--outputFile"],
    shuffle: (seed) => ["--randomize", `--seed=${seed}`],
    ownSeed: ["--seed", "--randomize"],
    serial: ["--runInBand"],
  },
};

/** `npx vitest`, `pnpm exec vitest`, `node node_modules/vitest/vitest.mjs`: the name comes early. */
const LOOKED_AT = 4;

/** The test runner that a command names as its program, or through npx and its like. */
export function detectTestRunner(command: readonly string[]): TestRunnerName {
  for (const part of command.slice(0, LOOKED_AT)) {
    const name = basename(part.replaceAll("\\", "/")).replace(/\.(?:m?js|cmd)$/, "");
    if (name === "vitest" || name === "jest") return name;
  }
  return "other";
}

/** Arguments that make the runner write its report to `path`; null where it is not known how, or the command says it itself. */
export function reportArguments(
  runner: TestRunnerName,
  command: readonly string[],
  path: string,
): readonly string[] | null {
  if (runner === "other" || hasOneOf(command, FLAGS[runner].ownReport)) return null;
  return FLAGS[runner].report(path);
}

/**
 * Arguments that shuffle by `seed`; none where the command has a `{seed}` of its own. Null where it is not
 * known how.
 */
export function shuffleArguments(
  runner: TestRunnerName,
  command: readonly string[],
  seed: number,
): readonly string[] | null {
  if (command.some((part) => part.includes("{seed}"))) return [];
  if (runner === "other" || hasOneOf(command, FLAGS[runner].ownSeed)) return null;
  return FLAGS[runner].shuffle(seed);
}

/** Throws an `InputError` that says how, when `--shuffle` cannot reach the command. */
export function requireShuffle(runner: TestRunnerName, command: readonly string[]): void {
  if (shuffleArguments(runner, command, 0) !== null) return;
  const own = runner === "other" ? undefined : FLAGS[runner].ownSeed.join(" or ");
  throw new InputError(
    own === undefined
      ? "--shuffle: it is not known how this command shuffles its tests. Write {seed} where it takes a seed, or use vitest or jest."
      : `--shuffle: the command orders its tests by itself (${own}). Leave that out, or give its seed as {seed}.`,
  );
}

/** Arguments that run the tests one at a time; null where it is not known how. */
export function serialArguments(runner: TestRunnerName): readonly string[] | null {
  return runner === "other" ? null : FLAGS[runner].serial;
}

function hasOneOf(command: readonly string[], flags: readonly string[]): boolean {
  return command.some((part) => flags.some((flag) => part.startsWith(flag)));
}
