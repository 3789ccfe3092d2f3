/** Does one task of a campaign, in the process that holds the engine. */
import { RACE_SCENARIOS } from "../cases/scenarios.ts";
import { replay } from "../schedule/pickers.ts";
import { judgeCase, type RaceFinding } from "./judge.ts";
import type { RaceTask, ReplayOutcome, SeedOutcome, ShrinkOutcome } from "./race-message.ts";
import { fromSeedLine, toSeedLine } from "./seed-line.ts";
import { pickerOf, planSeed } from "./seed-plan.ts";
import { REPLAYS, shrink } from "./shrink.ts";

/** See the file's head. `elapsedMs` is a clock that never goes back. */
export function doTask(
  task: RaceTask,
  elapsedMs: () => number,
): Promise<SeedOutcome | ShrinkOutcome | ReplayOutcome> {
  switch (task.kind) {
    case "seed":
      return runSeed(task);
    case "shrink": {
      const endMs = elapsedMs() + task.budgetMs;
      return shrinkLine(task.line, task.finding, () => elapsedMs() > endMs);
    }
    case "replay":
      return replayLine(task.line);
  }
}

async function runSeed(task: Extract<RaceTask, { kind: "seed" }>): Promise<SeedOutcome> {
  const { seed } = task;
  const scenarios = RACE_SCENARIOS.filter(({ name }) => task.scenarios.includes(name));
  const plan = planSeed(seed, scenarios);
  const { scenario, strategy, raceCase } = plan;
  const judged = await judgeCase(raceCase, await pickerOf(seed, plan));
  const { findings, hazards, situations, choices, events, taken, traceHash } = judged;
  const again = task.twice ? await judgeCase(raceCase, await pickerOf(seed, plan)) : null;
  return {
    kind: "seed",
    seed,
    scenario: scenario.name,
    strategy,
    findings,
    hazards,
    situations,
    steps: taken.length,
    events,
    sameTrace: again === null ? null : again.traceHash === traceHash,
    line: toSeedLine({ raceCase, choices }),
  };
}

async function shrinkLine(
  line: string,
  finding: RaceFinding,
  timeIsUp: () => boolean,
): Promise<ShrinkOutcome> {
  const { raceCase, choices, ...rest } = await shrink(fromSeedLine(line), finding, timeIsUp);
  return { kind: "shrink", line: toSeedLine({ raceCase, choices }), ...rest, replays: REPLAYS };
}

async function replayLine(line: string): Promise<ReplayOutcome> {
  const { raceCase, choices } = fromSeedLine(line);
  const { findings, taken } = await judgeCase(raceCase, replay(choices));
  const preemptions = taken.flatMap(({ choice, owner, label }, step) =>
    choice === 0 ? [] : [`step ${step}: ${owner} goes first (${label})`],
  );
  return { kind: "replay", scenario: raceCase.scenario, findings, preemptions };
}
