/** Does one task of a campaign, in the process that holds the engine. */
import type { GatePoint } from "../../store/duckdb/gate.ts";
import { caseLines } from "../cases/case-lines.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { RACE_SCENARIOS } from "../cases/scenarios.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import { duckdbPlace, threadsOf } from "../stress/duckdb-place.ts";
import { runStressSeed, type StressOutcome } from "../stress/stress-seed.ts";
import { type Judged, judgeCase } from "./judge.ts";
import { lift } from "./lift.ts";
import type {
  LiftOutcome,
  RaceAnswer,
  RaceTask,
  ReplayOutcome,
  SeedOutcome,
  ShrinkOutcome,
} from "./race-message.ts";
import { replayLine } from "./replay-line.ts";
import { fromSeedLine, toSeedLine } from "./seed-line.ts";
import { pickerOf, planSeed, type SeedPlan } from "./seed-plan.ts";
import { REPLAYS, shrink } from "./shrink.ts";

/** See the file's head. `elapsedMs` is a clock that never goes back. */
export function doTask(
  task: RaceTask,
  elapsedMs: () => number,
): Promise<Exclude<RaceAnswer, { kind: "failed" }>> {
  switch (task.kind) {
    case "seed":
      return runSeed(task);
    case "shrink":
      return shrinkLine(task, elapsedMs);
    case "replay":
      return showLine(task.line);
    case "lift":
      return liftOrder(task, elapsedMs);
    case "stress":
      return stressSeed(task.seed, task.scenarios);
  }
}

/** Steps of the lane at which a process can be killed. */
const KILL_POINTS: readonly GatePoint[] = [
  "lane.begin",
  "lane.append",
  "lane.commit",
  "lane.committed",
];

async function runSeed(task: Extract<RaceTask, { kind: "seed" }>): Promise<SeedOutcome> {
  const { seed } = task;
  const scenarios = RACE_SCENARIOS.filter(({ name }) => task.scenarios.includes(name));
  const plan = planSeed(seed, scenarios);
  const { scenario, strategy, raceCase } = plan;
  if (strategy === "every kill") return killEverywhere(seed, plan);
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

/**
 * Runs the case once to count how often its lane passes a step, then once for each time with a kill there. The seed
 * chooses the step; the first finding is told.
 */
async function killEverywhere(seed: number, plan: SeedPlan): Promise<SeedOutcome> {
  const { scenario, strategy, raceCase } = plan;
  const whole = await judgeCase(raceCase, await pickerOf(seed, plan));
  const situations: Record<string, number> = {};
  let [steps, events] = [0, 0];
  const outcome = (judged: Judged, killed: RaceCase): SeedOutcome => ({
    kind: "seed",
    seed,
    scenario: scenario.name,
    strategy,
    findings: judged.findings,
    hazards: judged.hazards,
    situations,
    steps,
    events,
    sameTrace: null,
    line: toSeedLine({ raceCase: killed, choices: judged.choices }),
  });
  let last = outcome(whole, raceCase);
  if (whole.findings.length > 0) return last;
  const at = new SeededRandom(seed, "kill").pick(KILL_POINTS);
  for (let nth = 1; nth <= (whole.passed[at] ?? 0); nth++) {
    const killed: RaceCase = { ...raceCase, faults: [{ at, nth, kind: "crash" }] };
    const judged = await judgeCase(killed, await pickerOf(seed, plan));
    for (const [name, met] of Object.entries(judged.situations))
      situations[name] = (situations[name] ?? 0) + met;
    steps += judged.taken.length;
    events += judged.events;
    last = outcome(judged, killed);
    if (judged.findings.length > 0) return last;
  }
  return last;
}

async function shrinkLine(
  { line, finding, budgetMs }: Extract<RaceTask, { kind: "shrink" }>,
  elapsedMs: () => number,
): Promise<ShrinkOutcome> {
  const startMs = elapsedMs();
  const spent = (): number => (elapsedMs() - startMs) / budgetMs;
  const { raceCase, choices, ...rest } = await shrink(fromSeedLine(line), finding, spent);
  const seconds = Math.round((elapsedMs() - startMs) / 100) / 10;
  const left = toSeedLine({ raceCase, choices });
  return { kind: "shrink", line: left, ...rest, seconds, replays: REPLAYS };
}

async function liftOrder(
  { failing, id, seed, budgetMs }: Extract<RaceTask, { kind: "lift" }>,
  elapsedMs: () => number,
): Promise<LiftOutcome> {
  const startMs = elapsedMs();
  const spent = (): number => (elapsedMs() - startMs) / budgetMs;
  const { found, ...rest } = await lift(failing, id, seed, spent);
  const seconds = Math.round((elapsedMs() - startMs) / 100) / 10;
  const told = found === null ? null : { line: toSeedLine(found), finding: found.finding };
  return { kind: "lift", ...rest, seconds, found: told };
}

async function stressSeed(seed: number, scenarios: readonly string[]): Promise<StressOutcome> {
  const place = duckdbPlace(threadsOf(seed));
  try {
    return await runStressSeed(seed, scenarios, place);
  } finally {
    await place.close();
  }
}

async function showLine(line: string): Promise<ReplayOutcome> {
  const { raceCase, taken, findings, misfit } = await replayLine(line);
  const preemptions = taken.flatMap(({ choice, owner, label }, step) =>
    choice === 0 ? [] : [`step ${step}: ${owner} goes first (${label})`],
  );
  const { scenario } = raceCase;
  const told = { scenario, case: caseLines(raceCase), findings, preemptions, misfit };
  return { kind: "replay", ...told };
}
