/** One seed of a stress campaign: draws its case, runs it at a place, and judges what happened. */
import { type RaceFinding, troubleFinding } from "../campaign/judge.ts";
import { timelineOf } from "../campaign/timeline.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { drawCase, RACE_SCENARIOS, type RaceScenario } from "../cases/scenarios.ts";
import { CHECKS } from "../checks/all-checks.ts";
import { checkHistory } from "../checks/check-history.ts";
import type { Passed } from "../schedule/step.ts";
import { StressCase } from "./stress-case.ts";
import type { StressPlace } from "./stress-place.ts";

/** One broken promise. */
export interface StressFinding {
  readonly scenario: string;
  readonly seed: number;
  /** Where: the store, and with how many threads. */
  readonly place: string;
  /** As in docs/RACES.md; `error` for an error that is no answer. */
  readonly id: string;
  readonly message: string;
  readonly timeline: readonly string[];
}

/** What a seed showed. */
export interface StressOutcome {
  readonly kind: "stress";
  readonly seed: number;
  readonly scenario: string;
  /** Where it ran. */
  readonly place: string;
  readonly events: number;
  /** Connections that were cut. */
  readonly cuts: number;
  readonly situations: Readonly<Record<string, number>>;
  readonly findings: readonly StressFinding[];
  /** Where something was found: what to do again under a scheduler. Null elsewhere. */
  readonly failing: FailingOrder | null;
}

/** A case that broke a promise in real time, and the order in which its steps were passed. */
export interface FailingOrder {
  /** As the scheduler runs it: what a place decides is the place's own. */
  readonly raceCase: RaceCase;
  readonly order: readonly Passed[];
}

/**
 * A lease as short as the scheduled ones would run out on a busy machine, and then nothing is tested but that. Retries and polls
 * stay short.
 */
const LEASE_MS = 400;

/** Scenarios whose faults are steps of a lane that fail, or a clock that a test moves: schedules alone have them. */
const SCHEDULED_ONLY: ReadonlySet<string> = new Set([
  "clock",
  "commit-errors",
  "crash",
  "crash-points",
]);

/** Names of the scenarios that make sense in real time. */
export const STRESS_SCENARIOS: readonly string[] = RACE_SCENARIOS.map(({ name }) => name).filter(
  (name) => !SCHEDULED_ONLY.has(name),
);

/** See the file's head. */
export async function runStressSeed(
  seed: number,
  scenarios: readonly string[],
  place: StressPlace,
): Promise<StressOutcome> {
  const chosen = RACE_SCENARIOS.filter(({ name }) => scenarios.includes(name));
  const scenario = chosen[seed % chosen.length] as RaceScenario;
  const drawn = drawCase(scenario, seed);
  const raceCase: RaceCase = { ...drawn, config: { ...drawn.config, leaseMs: LEASE_MS } };
  const placed: RaceCase = { ...raceCase, config: { ...raceCase.config, ...place.config } };
  const stress = new StressCase(placed, seed, place);
  await stress.run();
  const { situations, findings } = judge(stress, place);
  const ran = { seed, scenario: scenario.name, place: place.name };
  return {
    kind: "stress",
    ...ran,
    events: stress.world.recorder.history.length,
    cuts: stress.cuts,
    situations,
    findings: findings.map((finding) => ({ ...ran, ...finding })),
    failing: findings.length === 0 ? null : { raceCase, order: orderOf(stress) },
  };
}

function orderOf({ world }: StressCase): Passed[] {
  return world.scheduler.taken.map(({ owner, label, job, nowMs }) => ({
    owner,
    label,
    job,
    nowMs,
  }));
}

type Judged = Pick<StressOutcome, "situations"> & {
  readonly findings: readonly RaceFinding[];
};

function judge({ world, log }: StressCase, { spared }: StressPlace): Judged {
  const { recorder, facts, troubles } = world;
  const { history } = recorder;
  const only = CHECKS.map(({ id }) => id).filter((id) => !spared.includes(id));
  const { violations, situations } = checkHistory(history, facts, { log, only });
  return {
    findings: [
      ...violations.map((violation) => ({
        id: violation.id,
        message: violation.message,
        timeline: timelineOf(history, violation, log),
      })),
      ...troubles.map(troubleFinding),
    ],
    situations,
  };
}
