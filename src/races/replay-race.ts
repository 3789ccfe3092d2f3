/** Runs a race again from its seed line: for tests that keep one. */
import { judgeCase, type RaceFinding } from "./campaign/judge.ts";
import { fromSeedLine } from "./campaign/seed-line.ts";
import { replay } from "./schedule/pickers.ts";

/** @returns what is wrong; empty where every promise is kept. @throws InputError for a line that is none */
export async function replayRace(
  line: string,
): Promise<{ readonly findings: readonly RaceFinding[] }> {
  const { raceCase, choices } = fromSeedLine(line);
  const { findings } = await judgeCase(raceCase, replay(choices));
  return { findings };
}
