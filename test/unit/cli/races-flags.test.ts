import { describe, expect, test } from "vitest";
import { readRaceOptions } from "../../../src/cli/races-flags.ts";

const scenarios = (text: string) => readRaceOptions({ scenario: text }, new Set()).scenarios;

describe("the scenarios of a race campaign", () => {
  test("are those that are named, each once", () => {
    expect(scenarios("joins, shutdown,joins")).toEqual(["joins", "shutdown"]);
  });

  test.each([",", "", "joins,"])("are refused where a name is empty: %j", (text) => {
    expect(() => scenarios(text)).toThrow(`--scenario ${JSON.stringify(text)}: a name is empty.`);
  });

  test("are refused where there is none of that name, with those that there are", () => {
    expect(() => scenarios("joyns")).toThrow(/^--scenario joyns: .*known are claims, /);
  });
});
