/** `bench gate`: a comparison whose verdict is an exit code, and whose story is where CI shows it. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GatePolicy } from "../gate/gate-policy.ts";
import { InputError, messageOf } from "../lib/errors.ts";
import { comparisonAnnotations } from "../report/comparison/comparison-annotations.ts";
import { comparisonJunit } from "../report/comparison/comparison-junit.ts";
import { comparisonMarkdown } from "../report/comparison/comparison-markdown.ts";
import type { Comparison } from "../results/comparison.ts";
import { print } from "./compare.ts";
import { calibratedPolicy, fingerprintHere, readCompareOptions, ruleOf } from "./compare-flags.ts";
import { comparePaired } from "./compare-session.ts";
import { EXIT_OF_COMPARISON } from "./comparison-exit.ts";
import { EXIT } from "./exit-codes.ts";
import { compareWithBaseline, saveBaseline } from "./gate-baseline.ts";
import { planPolicy, readPolicyFile } from "./policy-file.ts";
import type { FlagTexts } from "./run-flags.ts";

/** The command line of `bench gate`, as typed. */
export interface GateArguments {
  readonly flags: FlagTexts;
  readonly all: boolean;
  readonly json: boolean;
  readonly command: readonly string[];
}

/** Runs the command and returns the exit code. Throws an `InputError` before anything is measured. */
export async function gateCommand({ flags, all, json, command }: GateArguments): Promise<number> {
  const policy = calibratedPolicy(readPolicyFile(flags["policy"]), await fingerprintHere());
  const target = targetOf(flags, policy);
  const plan = planPolicy(policy, flags["only"]);
  if (plan.cells.length === 0) {
    process.stderr.write(
      `bench: --only ${flags["only"]}: no cell of the policy has it in its name\n`,
    );
    return EXIT.nothingMeasured;
  }
  if (target.kind === "save") return await saveBaseline(target.path, plan, flags, command);
  const rule = ruleOf(policy);
  const { comparison, folder } =
    target.kind === "base"
      ? await comparePaired(readCompareOptions(target.ref, flags, policy, plan, command))
      : await compareWithBaseline(target.path, plan, rule, flags, command);
  const lenient = policy.inconclusive === "warn" && comparison.verdict === "inconclusive";
  print(comparison, json ? "json" : "table", all);
  publish(comparison, folder, lenient, flags["junit"]);
  return lenient ? EXIT.pass : EXIT_OF_COMPARISON[comparison.verdict];
}

type Target =
  | { readonly kind: "base"; readonly ref: string }
  | { readonly kind: "baseline" | "save"; readonly path: string };

/** What the command line asks for; without, the policy's baseline. */
function targetOf(flags: FlagTexts, policy: GatePolicy): Target {
  const { base, baseline, "save-baseline": save } = flags;
  const named = [base, baseline, save].filter((text) => text !== undefined).length;
  if (named > 1) {
    throw new InputError("--base, --baseline and --save-baseline exclude each other. Name one.");
  }
  if (base !== undefined) return { kind: "base", ref: base };
  if (save !== undefined) return { kind: "save", path: save };
  const path = baseline ?? policy.baseline;
  if (path === null) {
    throw new InputError(
      "Name a base: bench gate --base origin/main; or a stored one: --baseline results/baselines/main.json.",
    );
  }
  if (flags["head"] !== undefined) {
    throw new InputError("--head needs --base: a baseline is compared with this checkout.");
  }
  return { kind: "baseline", path };
}

/** JUnit into the folder, and what GitHub shows to where it looks. */
function publish(
  comparison: Comparison,
  folder: string,
  lenient: boolean,
  junitPath: string | undefined,
): void {
  const junit = comparisonJunit(comparison, lenient);
  writeFileSync(join(folder, "junit.xml"), junit);
  if (junitPath !== undefined) writeOrExplain("--junit", junitPath, junit);
  const summary = process.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (summary !== "") appendFileSync(summary, comparisonMarkdown(comparison));
  // On stderr, which GitHub reads as well: stdout may be a JSON document.
  if (process.env["GITHUB_ACTIONS"] === "true") {
    process.stderr.write(comparisonAnnotations(comparison, lenient));
  }
  process.stderr.write(`saved in ${folder}\n`);
}

function writeOrExplain(flag: string, path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new InputError(`${flag} ${path}: cannot be written (${messageOf(error)}).`, {
      cause: error,
    });
  }
}
