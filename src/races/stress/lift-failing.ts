/** Has a process lift one finding out of real time, and make small what it becomes. */
import type { StressLift } from "../../results/stress-result.ts";
import { copyOf, makeSmall } from "../campaign/make-small.ts";
import type { RaceProcess } from "../campaign/process-pool.ts";
import type { FailingOrder, StressFinding } from "./stress-seed.ts";

/** A finding and its order. */
export interface Failing {
  readonly finding: StressFinding;
  readonly failing: FailingOrder;
}

/** Time to lift a finding, and to make it small. */
export interface LiftBudget {
  readonly liftMs: number;
  readonly shrinkMs: number;
}

/** See the file's head: null where the process gave no answer. */
export async function liftFailing(
  one: RaceProcess,
  { finding: { id, seed, scenario }, failing }: Failing,
  { liftMs, shrinkMs }: LiftBudget,
): Promise<StressLift | null> {
  const answer = await one.ask({ kind: "lift", failing, id, seed, budgetMs: liftMs });
  if (answer.kind !== "lift") return null;
  const { tries, seconds, steps, followed, plain, found } = answer;
  const told = { seed, id, tries, seconds, steps, followed, plain };
  if (found === null) return { ...told, violation: null };
  const whole = {
    ...{ scenario, seed, strategy: "lifted" },
    findings: [copyOf(found.finding)],
    ...{ seedLine: found.line, shrunk: null, testFile: null },
  };
  return { ...told, violation: await makeSmall(one, whole, shrinkMs) };
}
