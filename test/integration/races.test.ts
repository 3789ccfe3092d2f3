import { describe, expect, test } from "vitest";
import { judgeCase } from "../../src/races/campaign/judge.ts";
import { drawCase, RACE_SCENARIOS } from "../../src/races/cases/scenarios.ts";
import { randomWalk, replay } from "../../src/races/schedule/pickers.ts";

describe.each(RACE_SCENARIOS)("the race scenario $name", (scenario) => {
  test("gives the same run for the same seed and for its recorded schedule, and breaks no promise", async () => {
    const raceCase = drawCase(scenario, 5);
    const first = await judgeCase(raceCase, randomWalk(5));
    expect(first.findings).toEqual([]);
    const again = await judgeCase(raceCase, randomWalk(5));
    expect(again.traceHash).toBe(first.traceHash);
    const replayed = await judgeCase(raceCase, replay(first.choices));
    expect(replayed.events).toBe(first.events);
  });
});
