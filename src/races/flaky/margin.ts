/**
 * The margin factor: the smallest slow-down that makes something fail which passes at full speed. A test
 * whose deadlines are tight fails on a busy machine first; wanted is a margin of 4x or more.
 */
import type { FlakyMargin } from "../../results/flaky-result.ts";
import { at } from "../../stats/elements.ts";
import type { RunRecord } from "./outcome.ts";
import { failedTargets } from "./tally.ts";

/** The slow-downs that are tried first, in this order, up to the first failure. */
const LADDER: readonly number[] = [2, 4, 8, 16];

/** Halvings, on a log scale, of the gap between the last pass and the first failure. */
const REFINEMENTS = 2;

/** Runs of one step; a step passes when all of them do. */
const RUNS_PER_STEP = 3;

/** Runs the command at a slow-down; null: interrupted, or out of time. */
export type SlowedRun = (slowdown: number) => Promise<RunRecord | null>;

type Step = FlakyMargin["steps"][number];

/**
 * Climbs the ladder, then narrows the gap. `fragile` are the targets that failed at full speed: they tell
 * nothing here. Null is returned when the first run was interrupted.
 */
export async function measureMargin(
  run: SlowedRun,
  fragile: ReadonlySet<string>,
): Promise<FlakyMargin | null> {
  const steps: Step[] = [];
  const take = async (slowdown: number): Promise<"passes" | "fails" | "ended"> => {
    const step = await measureStep(run, slowdown, fragile);
    if (step === null) return "ended";
    steps.push(step);
    if (step.failures > 0) return "fails";
    return step.runs === RUNS_PER_STEP ? "passes" : "ended";
  };
  let passes = 1;
  let fails: number | null = null;
  for (const slowdown of LADDER) {
    const answer = await take(slowdown);
    if (answer === "ended") return ended(steps);
    if (answer === "fails") fails = slowdown;
    else passes = slowdown;
    if (fails !== null) break;
  }
  for (let i = 0; i < REFINEMENTS && fails !== null; i++) {
    const between = Math.sqrt(passes * fails);
    const answer = await take(between);
    if (answer === "ended") return ended(steps);
    if (answer === "fails") fails = between;
    else passes = between;
  }
  return summary(steps, "");
}

/** Null when not one run of the step was done. */
async function measureStep(
  run: SlowedRun,
  slowdown: number,
  fragile: ReadonlySet<string>,
): Promise<Step | null> {
  const flipped = new Set<string>();
  const factors: number[] = [];
  for (let i = 0; i < RUNS_PER_STEP && flipped.size === 0; i++) {
    const record = await run(slowdown);
    if (record === null) break;
    factors.push(record.slowdown);
    for (const name of failedTargets(record)) if (!fragile.has(name)) flipped.add(name);
  }
  if (factors.length === 0) return null;
  return {
    slowdown,
    measured: Math.max(1, factors.reduce((sum, factor) => sum + factor, 0) / factors.length),
    runs: factors.length,
    failures: flipped.size === 0 ? 0 : 1,
    flipped: [...flipped],
  };
}

function ended(steps: readonly Step[]): FlakyMargin | null {
  return steps.length === 0 ? null : summary(steps, "the search was ended early");
}

function summary(steps: readonly Step[], note: string): FlakyMargin {
  const failing = steps.filter(({ failures }) => failures > 0).map(({ measured }) => measured);
  const failsAt = failing.length === 0 ? null : Math.min(...failing);
  const passing = steps
    .filter(({ failures, runs }) => failures === 0 && runs === RUNS_PER_STEP)
    .map(({ measured }) => measured)
    .filter((measured) => failsAt === null || measured < failsAt)
    .sort((a, b) => a - b);
  return {
    steps: [...steps],
    passesAt: passing.length === 0 ? 1 : at(passing, passing.length - 1),
    failsAt,
    note,
  };
}
