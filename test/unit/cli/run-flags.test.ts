/** From the texts of flags to options. */
import { describe, expect, it } from "vitest";
import { readRunOptions, refuseWithResume } from "../../../src/cli/run-flags.ts";
import { flagOf } from "../../../src/scenario/parameters.ts";

describe("run options", () => {
  it("have defaults", () => {
    expect(readRunOptions([], {}, {})).toEqual({
      scenarios: [],
      parameters: {},
      dagFile: null,
      trials: null,
      budgetMs: 110_000,
      maxTrialMs: 30_000,
      seed: 1,
      durability: "full",
      store: null,
      thresholds: [],
    });
  });

  it("have no budget when a number of trials is asked for, unless it is named too", () => {
    expect(readRunOptions([], {}, { trials: "3" })).toMatchObject({ trials: 3, budgetMs: null });
    expect(readRunOptions([], {}, { trials: "3", budget: "1m" })).toMatchObject({
      trials: 3,
      budgetMs: 60_000,
    });
  });

  it("refuse an unknown durability", () => {
    expect(() => readRunOptions([], {}, { durability: "none" })).toThrow(
      "--durability none: unknown. It takes full or relaxed.",
    );
  });
});

describe("a resumed run", () => {
  it("takes a budget and a format", () => {
    const flags = { resume: "x", budget: "1m", format: "csv", seed: undefined };
    expect(refuseWithResume([], {}, flags, flagOf)).toBeUndefined();
  });

  it("takes nothing that its journal says already", () => {
    const flags = { resume: "x", seed: "2" };
    expect(() => refuseWithResume(["submit"], { dagSize: "1" }, flags, flagOf)).toThrow(
      "leave out submit, --dag-size, --seed.",
    );
  });
});
