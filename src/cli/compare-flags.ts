/** The flags that `bench compare` and `bench gate` share, and how their texts become options. */
import { tmpdir } from "node:os";
import { DEFAULT_POLICY, type GatePolicy } from "../gate/gate-policy.ts";
import { InputError } from "../lib/errors.ts";
import { readEnvironment } from "../results/environment.ts";
import { defaultCacheFolder } from "../runner/base-build.ts";
import { GATE_RULE, type SequentialRule } from "../stats/sequential.ts";
import { CALIBRATION_FOLDER, readCalibration } from "./calibration-file.ts";
import type { CompareOptions } from "./compare-session.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import type { PlannedPolicy } from "./policy-file.ts";
import type { FlagTexts } from "./run-flags.ts";

/** The shared flags with a value. The defaults are written here and nowhere else. */
export const COMPARE_FLAGS = {
  base: "the commit to compare with, as git names it: main, HEAD~1, v1.2",
  head: "the commit to judge (default: this checkout as it is built)",
  policy: "the file with cells, metrics and margins (default gate.yaml, else the built-in policy)",
  only: "only the cells whose name contains this text",
  budget: "time for measuring; building is extra (default 8m)",
  rounds: `how often each side of a pair measures, in turns (default ${DEFAULT_POLICY.rounds}, or the policy's)`,
  "max-trial-time": "a round that takes longer ends the comparison (default 30s)",
  seed: "seed of the DAGs and of the order of trials (default 1)",
  durability: "full: a commit is on disk; relaxed: at the next checkpoint (default full)",
  out: "folder for comparison.json and the journal (default results/runs/<id>)",
  cache: "folder of the builds of other commits (default in the user's cache folder)",
} as const satisfies Readonly<Record<string, string>>;

/** Reads the shared flags; `base` is what `--base` or its default says. */
export function readCompareOptions(
  base: string,
  flags: FlagTexts,
  policy: GatePolicy,
  { cells, thresholds }: PlannedPolicy,
  command: readonly string[],
): CompareOptions {
  const { durability = "full" } = flags;
  if (durability !== "full" && durability !== "relaxed") {
    throw new InputError(`--durability ${durability}: unknown. It takes full or relaxed.`);
  }
  return {
    base,
    head: flags["head"] ?? null,
    cells,
    rule: ruleOf(policy),
    rounds: roundsOf(flags, policy),
    thresholds,
    seed: wholeNumber("--seed", flags["seed"] ?? "1", 0, 0xffffffff),
    durability,
    budgetMs: durationMs("--budget", flags["budget"] ?? "8m"),
    maxTrialMs: durationMs("--max-trial-time", flags["max-trial-time"] ?? "30s"),
    out: flags["out"] ?? null,
    cache: flags["cache"] ?? defaultCacheFolder(),
    command,
  };
}

/** The rounds of each side of a pair: the flag's, else the policy's. */
export function roundsOf(flags: FlagTexts, policy: Pick<GatePolicy, "rounds">): number {
  const { rounds } = flags;
  return rounds === undefined ? policy.rounds : wholeNumber("--rounds", rounds, 1, 1000);
}

/** The fingerprint of this machine, as results have it. */
export async function fingerprintHere(): Promise<string> {
  return (await readEnvironment(tmpdir())).fingerprint;
}

/** A policy with `margins: calibrated` replaced by what this machine's calibration proposes. */
export function calibratedPolicy(policy: GatePolicy, fingerprint: string): GatePolicy {
  if (policy.margins !== "calibrated") return policy;
  return { ...policy, margins: readCalibration(CALIBRATION_FOLDER, fingerprint).proposed };
}

/** The rule of the gate with the margins of a policy. */
export function ruleOf({ margins }: Pick<GatePolicy, "margins">): SequentialRule {
  if (margins === "calibrated") throw new Error("calibrated margins are resolved before");
  return { ...GATE_RULE, ...margins };
}
