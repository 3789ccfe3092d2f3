/** `bench calibrate`: our build against itself, and what that says of this machine. */
import { join } from "node:path";
import { createColors } from "picocolors";
import { calibratedMetrics, FEWEST_PAIRS, proposedMargins } from "../gate/calibrate.ts";
import { DEFAULT_POLICY, type GatePolicy } from "../gate/gate-policy.ts";
import { renderCalibration } from "../report/comparison/calibration-table.ts";
import type { Calibration } from "../results/calibration.ts";
import { readEnvironment } from "../results/environment.ts";
import type { Pair } from "../results/pair.ts";
import { cellName } from "../runner/cell-name.ts";
import { runPairs } from "../runner/paired-run.ts";
import { createRunFolder } from "../runner/run-folder.ts";
import { CALIBRATION_FOLDER, writeCalibration } from "./calibration-file.ts";
import { roundsOf } from "./compare-flags.ts";
import { configuredSettings } from "./configured.ts";
import { EXIT } from "./exit-codes.ts";
import { durationMs, wholeNumber } from "./flag-values.ts";
import { hearInterruption } from "./interruption.ts";
import { type PlannedPolicy, planPolicy, readPolicyFile } from "./policy-file.ts";
import type { FlagTexts } from "./run-flags.ts";
import { freshRunId } from "./run-id.ts";
import { terminal } from "./terminal.ts";

/** The flags with a value. The defaults are written here and nowhere else. */
export const CALIBRATE_FLAGS = {
  policy: "the file with the cells (default gate.yaml, else the built-in policy)",
  budget: "time for measuring (default 3m)",
  rounds: `how often each side of a pair measures, in turns (default ${DEFAULT_POLICY.rounds}, or the policy's)`,
  seed: "seed of the DAGs and of the order of trials (default 1)",
  out: `folder of the calibration (default ${CALIBRATION_FOLDER}, where bench gate looks)`,
} as const satisfies Readonly<Record<string, string>>;

const MAX_TRIAL_MS = 30_000;
const WIDTH_CHARS = 140;
const MS_PER_S = 1000;
const MS_PER_MINUTE = 60_000;

/** Where the first pairs say that the fewest would need so many budgets, measuring ends with them. */
const HOPELESS_BUDGETS = 1.5;

/** The command line of `bench calibrate`, as typed. */
export interface CalibrateArguments {
  readonly flags: FlagTexts;
  /** Cells in place of the policy's. */
  readonly cells: readonly string[];
  readonly json: boolean;
  readonly command: readonly string[];
}

/** Runs the command and returns the exit code. An interrupted one keeps what was measured. */
export async function calibrateCommand(args: CalibrateArguments): Promise<number> {
  const { flags, command } = args;
  const policy = policyOf(args);
  const plan = planPolicy(policy, undefined);
  const rounds = roundsOf(flags, policy);
  const budgetMs = durationMs("--budget", flags["budget"] ?? "3m");
  const seed = wholeNumber("--seed", flags["seed"] ?? "1", 0, 0xffffffff);
  const now = new Date();
  const id = freshRunId(now);
  const folder = createRunFolder(join("results", "runs", id));
  const environment = await readEnvironment(folder.path);
  const startedAt = now.toISOString();
  const measured = await measure(
    plan,
    { id, startedAt, command, seed, rounds, budgetMs },
    folder.path,
  );
  const metrics = calibratedMetrics(measured.cells);
  const { failure } = measured;
  if (failure !== null) {
    process.stderr.write(`bench: a trial failed: ${failure.reason}\n`);
    // Pairs of a build that fails, or answers wrongly, tell nothing of the machine.
    return failure.wrong ? EXIT.invariantViolated : EXIT.nothingMeasured;
  }
  const ended = measured.interrupted ? EXIT.interrupted : EXIT.pass;
  if (metrics.length === 0) {
    process.stderr.write(
      `bench: no cell got ${FEWEST_PAIRS} pairs, and fewer tell nothing of noise: ${remedyOf(measured)}\n`,
    );
    return measured.interrupted ? ended : EXIT.nothingMeasured;
  }
  const calibration: Calibration = {
    calibrationVersion: 1,
    startedAt,
    finishedAt: new Date().toISOString(),
    command: [...command],
    seed,
    durability: "full",
    environment,
    metrics,
    proposed: proposedMargins(metrics),
  };
  const path = await writeCalibration(flags["out"] ?? CALIBRATION_FOLDER, calibration);
  process.stdout.write(
    args.json ? `${JSON.stringify(calibration, null, 1)}\n` : textOf(calibration),
  );
  process.stderr.write(`saved in ${path}\n`);
  return ended;
}

function policyOf({ cells, flags }: CalibrateArguments): GatePolicy {
  if (cells.length === 0) return readPolicyFile(flags["policy"]);
  return {
    ...DEFAULT_POLICY,
    cells: cells.map((cell) => ({ cell, gate: null, source: "--cell" })),
  };
}

function textOf(calibration: Calibration): string {
  const { colored, widthChars = WIDTH_CHARS } = terminal();
  return renderCalibration(calibration, { colors: createColors(colored), widthChars });
}

/** What to type in place of a budget that was too short. */
function remedyOf({
  cells,
  neededMs,
}: {
  readonly cells: readonly unknown[];
  readonly neededMs: number;
}): string {
  const minutes = Math.ceil(neededMs / MS_PER_MINUTE);
  const fewer = cells.length > 1 ? `, or name fewer than these ${cells.length} cells` : "";
  return `raise --budget to ${minutes}m or more${fewer}`;
}

interface Identity {
  readonly id: string;
  readonly startedAt: string;
  readonly command: readonly string[];
  readonly seed: number;
  readonly rounds: number;
  readonly budgetMs: number;
}

/** Pairs of our build with itself until the budget ends or the user does. */
async function measure(plan: PlannedPolicy, identity: Identity, folder: string) {
  const stop = hearInterruption();
  const startMs = performance.now();
  const fits = (budgetMs: number): boolean =>
    (performance.now() - startMs) * FEWEST_PAIRS < budgetMs * HOPELESS_BUDGETS;
  try {
    const { pairs, end, failure } = await runPairs(
      {
        ...identity,
        cells: plan.cells.map(({ planned }) => planned),
        engines: { base: null, head: null },
        durability: "full",
        settings: configuredSettings(),
        maxTrialMs: MAX_TRIAL_MS,
      },
      folder,
      {
        signal: stop.signal,
        spentMs: () => performance.now() - startMs,
        onPair: (cell, block) => {
          const spentMs = performance.now() - startMs;
          const second = (spentMs / MS_PER_S).toFixed(0);
          process.stderr.write(`${second.padStart(4)} s  pair ${block + 1}  ${cellName(cell)}\n`);
        },
        // A budget that the fewest pairs will pass by far is not waited for.
        wantsMore: ({ length: pairs }) => pairs > plan.cells.length || fits(identity.budgetMs),
        mayRepeat: () => false,
      },
    );
    // Blocks hold one pair of each cell: the time of a pair is its share of the whole.
    const secondsPerPair = (performance.now() - startMs) / MS_PER_S / Math.max(1, pairs.length);
    return {
      cells: plan.cells.map(({ judged }, i) => ({
        judged,
        pairs: pairs.filter(({ cell }: Pair) => cell === i),
        secondsPerPair,
      })),
      interrupted: end === "interrupted",
      failure,
      neededMs: secondsPerPair * MS_PER_S * plan.cells.length * FEWEST_PAIRS,
    };
  } finally {
    stop.end();
  }
}
