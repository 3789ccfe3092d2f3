import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromSeedLine, toSeedLine } from "../../../../src/races/campaign/seed-line.ts";
import { drawCase, RACE_SCENARIOS } from "../../../../src/races/cases/scenarios.ts";

describe("a seed line", () => {
  test("carries every case that a scenario can draw, and its schedule, unchanged", () => {
    const scenarios = fc.constantFrom(...RACE_SCENARIOS);
    fc.assert(
      fc.property(scenarios, fc.nat(100_000), fc.array(fc.nat(5)), (scenario, seed, choices) => {
        const raceCase = drawCase(scenario, seed);
        const read = fromSeedLine(toSeedLine({ raceCase, choices }));
        const length = choices.findLastIndex((choice) => choice > 0) + 1;
        expect(read).toEqual({ raceCase, choices: choices.slice(0, length) });
      }),
    );
  });

  test.each(["", "rq1", "rq1:joins:", "rq1:joins:AAAA", "rq2:joins:AAAA", "hello world"])(
    "that is none is refused: %j",
    (line) => {
      expect(() => fromSeedLine(line)).toThrow(/seed line/);
    },
  );

  test("that is cut short is refused", () => {
    const raceCase = drawCase(RACE_SCENARIOS[0] as (typeof RACE_SCENARIOS)[number], 1);
    const line = toSeedLine({ raceCase, choices: [0, 2] });
    expect(() => fromSeedLine(line.slice(0, -20))).toThrow(/seed line/);
  });
});
