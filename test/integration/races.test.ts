import { describe, expect, test } from "vitest";
import { judgeCase } from "../../src/races/campaign/judge.ts";
import { toSeedLine } from "../../src/races/campaign/seed-line.ts";
import { drawCase, RACE_SCENARIOS, type RaceScenario } from "../../src/races/cases/scenarios.ts";
import { replayRace } from "../../src/races/replay-race.ts";
import { randomWalk, replay } from "../../src/races/schedule/pickers.ts";

describe.each(RACE_SCENARIOS)("the race scenario $name", (scenario) => {
  test("gives the same run for the same seed and for its recorded schedule, and breaks no promise", async () => {
    const raceCase = drawCase(scenario, 5);
    const first = await judgeCase(raceCase, randomWalk(5));
    expect(first.findings).toEqual([]);
    const again = await judgeCase(raceCase, randomWalk(5));
    expect(again.traceHash).toBe(first.traceHash);
    const picker = replay(first.choices);
    const replayed = await judgeCase(raceCase, picker);
    expect(replayed.events).toBe(first.events);
    expect(picker.made).toBe(first.choices.filter((choice) => choice > 0).length);
  });
});

describe("a line that is replayed", () => {
  const scenario = RACE_SCENARIOS.find(({ name }) => name === "joins") as RaceScenario;
  const raceCase = drawCase(scenario, 5);

  test("says nothing of its schedule where that still fits", async () => {
    const { choices } = await judgeCase(raceCase, randomWalk(5));
    const shown = await replayRace(toSeedLine({ raceCase, choices }));
    expect(shown).toEqual({ findings: [], misfit: null });
  });

  test.each([
    ["a choice after the last step", [...Array<number>(3_000).fill(0), 1]],
    ["a choice among more than there are", [90]],
  ])("says that its schedule no longer fits: %s", async (_, choices) => {
    const { findings, misfit } = await replayRace(toSeedLine({ raceCase, choices }));
    expect(findings).toEqual([]);
    expect(misfit).toBe(
      "this line's schedule no longer fits this build: 0 of 1 choices used; look for a new one with bench races --scenario joins",
    );
  });
});
