/** Runs a race again from its seed line: for tests that keep one. */
import type { RaceFinding } from "./campaign/judge.ts";
import { replayLine } from "./campaign/replay-line.ts";

/** What a kept race shows now. */
export interface ReplayedRace {
  /** What is wrong; empty where every promise is kept. */
  readonly findings: readonly RaceFinding[];
  /** A sentence where the schedule of the line no longer fits the engine, so that the race may not come up any more; else null. */
  readonly misfit: string | null;
}

/** @throws InputError for a line that is none */
export async function replayRace(line: string): Promise<ReplayedRace> {
  const { findings, misfit } = await replayLine(line);
  return { findings, misfit };
}
