/** Runs a seed line again, and tells whether its schedule still fits what it schedules. */
import type { RaceCase } from "../cases/race-case.ts";
import { RACE_SCENARIOS } from "../cases/scenarios.ts";
import { replay } from "../schedule/pickers.ts";
import type { Taken } from "../schedule/step.ts";
import { judgeCase, type RaceFinding } from "./judge.ts";
import { fromSeedLine } from "./seed-line.ts";

/** What a line shows of this build. */
export interface ReplayedLine {
  readonly scenario: string;
  readonly raceCase: RaceCase;
  /** Empty: every promise is kept. */
  readonly findings: readonly RaceFinding[];
  readonly taken: readonly Taken[];
  /** A sentence, where the engine no longer comes to all places at which the line has somebody else go first; else null. */
  readonly misfit: string | null;
}

/** See the file's head. @throws InputError for a line that is none */
export async function replayLine(line: string): Promise<ReplayedLine> {
  const { raceCase, choices } = fromSeedLine(line);
  const picker = replay(choices);
  const { findings, taken } = await judgeCase(raceCase, picker);
  const { scenario } = raceCase;
  const wanted = choices.filter((choice) => choice > 0).length;
  return { scenario, raceCase, findings, taken, misfit: misfitOf(scenario, picker.made, wanted) };
}

function misfitOf(scenario: string, made: number, wanted: number): string | null {
  if (made === wanted) return null;
  // The name comes from the line.
  const known = RACE_SCENARIOS.some(({ name }) => name === scenario);
  const look = `bench races${known ? ` --scenario ${scenario}` : ""}`;
  return `this line's schedule no longer fits this build: ${made} of ${wanted} choices used; look for a new one with ${look}`;
}
