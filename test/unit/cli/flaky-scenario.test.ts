/** Which command stands for a scenario. */
import { expect, it } from "vitest";
import { scenarioCommand } from "../../../src/cli/flaky-scenario.ts";

const PROGRAM = ["node", "main.js"];

it("is one seed of a race scenario, or one trial of a benchmark with the flags that follow", () => {
  expect(scenarioCommand("joins", [], PROGRAM)).toEqual([
    ...[...PROGRAM, "races", "--scenario", "joins", "--seeds", "1", "--seed", "{seed}"],
  ]);
  expect(scenarioCommand("drain", ["--dag-size", "10"], PROGRAM)).toEqual([
    ...[...PROGRAM, "run", "drain", "--trials", "1", "--seed", "{seed}", "--dag-size", "10"],
  ]);
});

it("refuses a scenario that there is not, and names those that there are", () => {
  expect(() => scenarioCommand("jions", [], PROGRAM)).toThrow(
    /^--scenario jions: there is no such scenario; races are claims, .*; benchmarks are drain, /,
  );
});
