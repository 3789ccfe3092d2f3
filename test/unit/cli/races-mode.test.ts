import { describe, expect, test } from "vitest";
import { readMode } from "../../../src/cli/races-mode.ts";

const mode = (texts: Record<string, string>, ...switches: string[]) =>
  readMode(texts, new Set(switches));

describe("what bench races is asked to do", () => {
  test("follows from the flags", () => {
    expect(mode({ seeds: "5", level: "L3" }, "nightly")).toBe("campaign");
    expect(mode({ replay: "rq1:joins:x" }, "json")).toBe("replay");
    expect(mode({ level: "L2", seeds: "3" })).toBe("stress");
    expect(mode({ store: "postgres://a/b" })).toBe("stress");
    expect(mode({ mutant: "M01", resume: "folder" }, "mutants")).toBe("mutants");
    expect(mode({ histories: "9" }, "selftest")).toBe("selftest");
  });

  test.each([
    [{ mutant: "M01" }, [], /^--mutant says nothing to a campaign of schedules, which takes/],
    [{ scenario: "joins" }, ["mutants"], /^--scenario says nothing to --mutants, which takes/],
    [{ level: "L2" }, ["nightly"], /^--nightly says nothing to real time/],
    [{ replay: "rq1:a:b", seed: "1" }, [], /^--seed says nothing to --replay, which takes/],
    [{}, ["mutants", "selftest"], /^--selftest says nothing to --mutants/],
  ])("a flag that says nothing there is refused by name: %o %o", (texts, switches, message) => {
    expect(() => mode(texts as Record<string, string>, ...switches)).toThrow(message);
  });
});
