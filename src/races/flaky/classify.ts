/**
 * Classification by intervention: the same command under arms that each change one thing. An arm that
 * changes how often a test fails points at the cause. Arms take turns, so that a machine that changes
 * meanwhile favours none.
 */
import { CAUSE_LEVEL, type FlakyClassification } from "../../results/flaky-result.ts";
import { at } from "../../stats/elements.ts";
import { type Arm as FisherArm, fisherExact } from "../../stats/fisher.ts";
import { holm } from "../../stats/holm.ts";
import type { Arm, UnavailableArm } from "./arms.ts";
import type { RunRecord } from "./outcome.ts";
import { Tally, type TallyRule, WHOLE_COMMAND } from "./tally.ts";

/** Beside the command, so many tests are judged: those with the most failures over all arms. */
const MOST_TESTS = 50;

/** Runs the command under an arm (null: the baseline) for the `nth` time; null: interrupted, or out of time. */
export type ArmRun = (arm: Arm | null, nth: number) => Promise<RunRecord | null>;

/** What to run. */
export interface ClassificationPlan {
  readonly arms: readonly Arm[];
  readonly unavailable: readonly UnavailableArm[];
  readonly armRuns: number;
  readonly rule: TallyRule;
}

/** An arm with what happened under it. */
interface Tallied {
  readonly arm: Arm;
  readonly tally: Tally;
}

/** Runs all arms, or as many as there is time for. Null when nothing was run. */
export async function classify(
  run: ArmRun,
  { arms, unavailable, armRuns, rule }: ClassificationPlan,
): Promise<FlakyClassification | null> {
  const baseline = new Tally(rule);
  const tallied = arms.map((arm): Tallied => ({ arm, tally: new Tally(rule) }));
  await takeTurns(run, [{ arm: null, tally: baseline }, ...tallied], armRuns);
  if (baseline.runs === 0) return null;
  return {
    armRuns,
    arms: arms.map(({ name, cause, about }) => ({ arm: name, cause, about })),
    unavailable: [...unavailable],
    targets: judgeArms(baseline, tallied),
  };
}

async function takeTurns(
  run: ArmRun,
  sides: readonly { readonly arm: Arm | null; readonly tally: Tally }[],
  rounds: number,
): Promise<void> {
  for (let nth = 1; nth <= rounds; nth++) {
    // Who goes first changes from round to round.
    const first = nth % sides.length;
    for (const { arm, tally } of [...sides.slice(first), ...sides.slice(0, first)]) {
      const record = await run(arm, nth);
      if (record === null) return;
      tally.add(record);
    }
  }
}

type TargetArms = FlakyClassification["targets"][number];

function judgeArms(baseline: Tally, tallied: readonly Tallied[]): TargetArms[] {
  const names = failingNames([baseline, ...tallied.map(({ tally }) => tally)]);
  const tests = names.flatMap((name) =>
    tallied.map(({ arm, tally }) => {
      const base = baseline.failures(name);
      const counts = tally.failures(name);
      return { name, arm, base, counts, raw: fisherExact(base, counts).twoSided };
    }),
  );
  const adjusted = holm(tests.map(({ raw }) => raw));
  const judged = tests.map((test, index) => ({ ...test, pValue: at(adjusted, index) }));
  return names.map((name) => {
    const mine = judged.filter((test) => test.name === name);
    return {
      name,
      baseline: baseline.failures(name),
      arms: mine.map(({ arm, counts, pValue }) => ({
        arm: arm.name,
        cause: arm.cause,
        ...counts,
        pValue,
      })),
      causes: mine
        .filter(({ pValue }) => pValue <= CAUSE_LEVEL)
        .sort((a, b) => a.raw - b.raw)
        .map(({ arm, base, counts }) => ({
          cause: arm.cause,
          arm: arm.name,
          effect: shareOf(counts) > shareOf(base) ? "more" : "less",
        })),
    };
  });
}

/**
 * The targets that failed anywhere, most failures first. The command is one of them where it failed by itself, or
 * where nothing else did: with the failures of its tests it would only be asked the same again, and each
 * question costs power.
 */
function failingNames(tallies: readonly Tally[]): readonly string[] {
  const total = (name: string): number =>
    tallies.reduce((sum, tally) => sum + tally.failures(name).failures, 0);
  const all = new Set(tallies.flatMap(({ names }) => names));
  all.delete(WHOLE_COMMAND);
  const failing = [...all]
    .map((name) => ({ name, failures: total(name) }))
    .filter(({ failures }) => failures > 0)
    .sort((a, b) => b.failures - a.failures)
    .slice(0, MOST_TESTS)
    .map(({ name }) => name);
  return failing.length === 0 || total(WHOLE_COMMAND) > 0 ? [WHOLE_COMMAND, ...failing] : failing;
}

function shareOf({ failures, runs }: FisherArm): number {
  return runs === 0 ? 0 : failures / runs;
}
