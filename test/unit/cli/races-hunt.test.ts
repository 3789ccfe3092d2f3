import { describe, expect, test } from "vitest";
import { readHunt, readHuntAgain } from "../../../src/cli/races-hunt.ts";
import type { Mutant } from "../../../src/races/mutants/mutant.ts";
import type { MutantsResult } from "../../../src/results/mutants-result.ts";

const ALL: readonly Mutant[] = ["B06", "M01", "M16", "P01"].map((id) => {
  return { id, title: id, expects: [], edits: [] };
});

/** As the record of a hunt that was begun with these flags. */
function begunWith(texts: Record<string, string>): MutantsResult {
  const { asked, options } = readHunt(texts, ALL);
  const { firstSeed, rootSeeds, surveySeeds } = options;
  return { firstSeed, rootSeeds, surveySeeds, asked } as MutantsResult;
}

const goneOn = (begun: MutantsResult, texts: Record<string, string> = {}) =>
  readHuntAgain({ resume: "hunt", ...texts }, begun, ALL);

describe("a hunt for mutants", () => {
  test("goes on as it was begun, with nothing but its folder", () => {
    const flags = { mutant: "M16, B06,M16", seeds: "3", seed: "9", processes: "1" };
    const first = readHunt(flags, ALL);
    expect(first.mutants.map(({ id }) => id)).toEqual(["B06", "M16"]);
    expect(goneOn(begunWith(flags))).toEqual(first);
  });

  test("of all mutants of a server goes on with those, on that server", () => {
    const flags = { store: "postgres://app@db/shop" };
    const again = goneOn(begunWith(flags));
    expect(again.mutants.map(({ id }) => id)).toEqual(["P01"]);
    expect(again).toEqual(readHunt(flags, ALL));
  });

  test("in real time goes on in real time", () => {
    const flags = { level: "L2", mutant: "M01" };
    const again = goneOn(begunWith(flags));
    expect(again.options.time).toBe("real");
    expect(again).toEqual(readHunt(flags, ALL));
  });

  test("goes on with the scenarios that it began with", () => {
    const begun = begunWith({});
    const asked = { ...begun.asked, scenarios: ["joins"] } as NonNullable<MutantsResult["asked"]>;
    expect(goneOn({ ...begun, asked }).options.scenarios).toEqual(["joins"]);
  });

  test("takes flags again that say what it began with", () => {
    const flags = { mutant: "B06,M16", seeds: "3" };
    expect(goneOn(begunWith(flags), { ...flags, mutant: "M16,B06" })).toEqual(readHunt(flags, ALL));
  });

  test.each([
    [{ seeds: "4" }, "began with --seeds 3. Leave out --seeds 4"],
    [{ seed: "2" }, "began with --seed 1. Leave out --seed 2"],
    [{ processes: "4" }, "began with --processes 2. Leave out --processes 4"],
    [{ mutant: "M01" }, "began with --mutant B06,M16. Leave out --mutant M01"],
    [{ store: "postgres://a@b/c" }, "began without --store. Leave out --store postgres://a@b/c"],
    [{ level: "L2" }, "began without --level. Leave out --level L2"],
    [{ out: "elsewhere" }, "a hunt goes on in its own folder. Leave out --out"],
  ])("that is gone on with otherwise is refused: %o", (texts, message) => {
    const begun = begunWith({ mutant: "B06,M16", seeds: "3" });
    expect(() => goneOn(begun, texts as Record<string, string>)).toThrow(message);
  });

  test("whose record does not tell what it was asked for is not gone on with", () => {
    const { asked: _, ...old } = begunWith({});
    expect(() => goneOn(old)).toThrow("--resume hunt: that hunt is of an older version");
  });

  test("refuses a mutant that there is not, and an empty name", () => {
    expect(() => readHunt({ mutant: "P01" }, ALL)).toThrow("--mutant P01: there is no such mutant");
    expect(() => readHunt({ mutant: "M01," }, ALL)).toThrow('--mutant "M01,": a name is empty.');
  });
});
