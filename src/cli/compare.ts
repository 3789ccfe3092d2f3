/** `bench compare`: two builds in pairs, or two saved runs. */
import { createColors } from "picocolors";
import { DEFAULT_POLICY, type GatePolicy } from "../gate/gate-policy.ts";
import { InputError } from "../lib/errors.ts";
import { comparisonMarkdown } from "../report/comparison/comparison-markdown.ts";
import { renderComparison } from "../report/comparison/comparison-text.ts";
import type { Comparison } from "../results/comparison.ts";
import { readResult } from "../results/result-file.ts";
import { calibratedPolicy, fingerprintHere, readCompareOptions, ruleOf } from "./compare-flags.ts";
import { comparePaired } from "./compare-session.ts";
import { EXIT_OF_COMPARISON } from "./comparison-exit.ts";
import { EXIT } from "./exit-codes.ts";
import { findRun } from "./find-run.ts";
import { type ReportFormat, readReportFormat } from "./formats.ts";
import { planPolicy, readPolicyFile } from "./policy-file.ts";
import type { FlagTexts } from "./run-flags.ts";
import { compareSides } from "./saved-comparison.ts";
import { terminal } from "./terminal.ts";

/** The command line of `bench compare`, as typed. */
export interface CompareArguments {
  /** Saved runs. */
  readonly results: readonly string[];
  readonly flags: FlagTexts;
  readonly cells: readonly string[];
  readonly metrics: readonly string[];
  readonly all: boolean;
  readonly json: boolean;
  readonly command: readonly string[];
}

/** Runs the command and returns the exit code. Throws an `InputError` before anything is measured. */
export async function compareCommand(args: CompareArguments): Promise<number> {
  const { flags, results } = args;
  const format = readReportFormat(flags["format"], args.json);
  const { base } = flags;
  if (results.length > 0) return await compareFiles(args, format);
  if (base === undefined) {
    throw new InputError(
      "Name a base: bench compare --base main; or two saved runs: bench compare a.json b.json.",
    );
  }
  const policy = calibratedPolicy(policyOf(args), await fingerprintHere());
  const plan = planPolicy(policy, flags["only"]);
  if (plan.cells.length === 0) {
    process.stderr.write(`bench: --only ${flags["only"]}: no cell has it in its name\n`);
    return EXIT.nothingMeasured;
  }
  const options = readCompareOptions(base, flags, policy, plan, args.command);
  const { comparison, folder } = await comparePaired(options);
  print(comparison, format, args.all);
  process.stderr.write(`saved in ${folder}\n`);
  return EXIT_OF_COMPARISON[comparison.verdict];
}

/** Two saved runs; by their own cells, with the margins of the built-in policy. */
async function compareFiles(args: CompareArguments, format: ReportFormat): Promise<number> {
  const { results, flags } = args;
  const [was, is, ...more] = results;
  if (was === undefined || is === undefined || more.length > 0) {
    throw new InputError(
      `Name two saved runs, the older first; ${count(results.length, "was", "were")} given.`,
    );
  }
  const foreign = Object.keys(flags).find((flag) => flag !== "format" && flags[flag] !== undefined);
  if (foreign !== undefined || args.cells.length + args.metrics.length > 0) {
    throw new InputError(
      `--${foreign ?? "cell"} has no meaning for saved runs: nothing is measured. Leave it out, or name a --base.`,
    );
  }
  const [base, head] = [findRun(was), findRun(is)];
  const sides = {
    mode: "saved",
    base: { name: was, result: await readResult(base) },
    head: { name: is, result: await readResult(head) },
  } as const;
  const comparison = compareSides(sides, ruleOf(DEFAULT_POLICY), args.command);
  print(comparison, format, args.all);
  return EXIT_OF_COMPARISON[comparison.verdict];
}

function count(n: number, one: string, more: string): string {
  return `${n} ${n === 1 ? one : more}`;
}

/** `--cell` and `--metric` take the place of a policy's cells. */
function policyOf({ flags, cells, metrics }: CompareArguments): GatePolicy {
  if (cells.length === 0) {
    if (metrics.length > 0) throw new InputError("--metric needs a --cell that it decides about.");
    return readPolicyFile(flags["policy"]);
  }
  if (flags["policy"] !== undefined) {
    throw new InputError("--cell contradicts --policy, which names cells. Name one of them.");
  }
  const gate = metrics.length === 0 ? null : metrics;
  return {
    ...DEFAULT_POLICY,
    cells: cells.map((cell) => ({ cell, gate, source: "--cell" })),
  };
}

/** Prints a comparison to stdout. */
export function print(comparison: Comparison, format: ReportFormat, all: boolean): void {
  process.stdout.write(textOf(comparison, format, all));
}

function textOf(comparison: Comparison, format: ReportFormat, all: boolean): string {
  if (format === "json") return `${JSON.stringify(comparison, null, 1)}\n`;
  if (format === "markdown") return comparisonMarkdown(comparison);
  return renderComparison(comparison, { colors: createColors(terminal().colored), all });
}
