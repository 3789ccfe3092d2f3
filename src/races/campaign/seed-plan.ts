/** What a seed stands for: a scenario, its case, and the strategy that schedules it. */
import type { RaceCase } from "../cases/race-case.ts";
import { drawCase, type RaceScenario } from "../cases/scenarios.ts";
import { inOrder, nearMisses, pct, randomWalk, swapped, uniformWalk } from "../schedule/pickers.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import type { Picker, Taken } from "../schedule/step.ts";
import { judgeCase } from "./judge.ts";

/** The portfolio; see schedule/pickers.ts. */
const STRATEGIES = ["walk", "pct2", "pct3", "uniform", "near miss"] as const;

/** One of {@link STRATEGIES}, or a kill at every step of one schedule. */
export type Strategy = (typeof STRATEGIES)[number] | "every kill";

/** How many of 20 seeds go to each: the walk finds most of what any order shows. */
const SHARES: readonly (readonly [Strategy, number])[] = [
  ["walk", 8],
  ["pct2", 3],
  ["pct3", 3],
  ["uniform", 3],
  ["near miss", 3],
];

/** What a seed stands for. */
export interface SeedPlan {
  readonly scenario: RaceScenario;
  readonly strategy: Strategy;
  readonly raceCase: RaceCase;
}

/** The same plan for the same seed and scenarios. */
export function planSeed(seed: number, scenarios: readonly RaceScenario[]): SeedPlan {
  const scenario = scenarios[seed % scenarios.length] as RaceScenario;
  const draws = SHARES.flatMap(([strategy, share]) => Array<Strategy>(share).fill(strategy));
  const strategy = scenario.killsEverywhere
    ? "every kill"
    : new SeededRandom(seed, "strategy").pick(draws);
  return { scenario, strategy, raceCase: drawCase(scenario, seed) };
}

/** Steps of a scenario's threads, measured once, on its first case. */
const measured = new Map<string, Promise<readonly Taken[]>>();

function measure(scenario: RaceScenario): Promise<readonly Taken[]> {
  let taken = measured.get(scenario.name);
  if (taken === undefined) {
    taken = judgeCase({ ...drawCase(scenario, 0), faults: [] }, inOrder).then((run) => run.taken);
    measured.set(scenario.name, taken);
  }
  return taken;
}

/** The picker of a plan. Measuring takes runs of its own. */
export async function pickerOf(seed: number, plan: SeedPlan): Promise<Picker> {
  const { scenario, strategy, raceCase } = plan;
  switch (strategy) {
    case "walk":
    case "every kill":
      return randomWalk(seed);
    case "pct2":
    case "pct3":
      return pct(seed, strategy === "pct2" ? 2 : 3, (await measure(scenario)).length);
    case "uniform":
      return uniformWalk(seed, lengthsOf(await measure(scenario)));
    case "near miss": {
      const { taken, choices } = await judgeCase(raceCase, inOrder);
      const near = nearMisses(taken);
      if (near.length === 0) return randomWalk(seed);
      return swapped(choices, new SeededRandom(seed, "near").pick(near));
    }
  }
}

function lengthsOf(taken: readonly Taken[]): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { owner } of taken) lengths.set(owner, (lengths.get(owner) ?? 0) + 1);
  return lengths;
}
