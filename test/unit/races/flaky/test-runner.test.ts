import { describe, expect, it } from "vitest";
import { fill } from "../../../../src/races/flaky/one-run.ts";
import {
  detectTestRunner,
  reportArguments,
  requireShuffle,
  serialArguments,
  shuffleArguments,
} from "../../../../src/races/flaky/test-runner.ts";

describe("a known test runner", () => {
  it.each([
    [["vitest", "run"], "vitest"],
    [["npx", "vitest", "run"], "vitest"],
    [["pnpm", "exec", "jest"], "jest"],
    [["node", "--enable-source-maps", "node_modules/vitest/vitest.mjs"], "vitest"],
    [["node_modules\\.bin\\jest.cmd"], "jest"],
    [["npm", "test"], "other"],
    [["node", "test/jest-like.js"], "other"],
    [["a", "b", "c", "d", "vitest"], "other"],
  ])("is what %j names", (command, runner) => {
    expect(detectTestRunner(command)).toBe(runner);
  });

  it("is asked for a JSON report, unless the command says where reports go", () => {
    expect(reportArguments("vitest", ["vitest"], "r.json")).toEqual([
      "--reporter=json",
      "--outputFile.json=r.json",
    ]);
    expect(reportArguments("jest", ["jest"], "r.json")).toEqual(["--json", "--outputFile=r.json"]);
    expect(reportArguments("vitest", ["vitest", "--outputFile=mine"], "r.json")).toBeNull();
    expect(reportArguments("other", ["./check"], "r.json")).toBeNull();
  });

  it("is shuffled by seed, unless the command orders by itself", () => {
    expect(shuffleArguments("vitest", ["vitest"], 7)).toContain("--sequence.seed=7");
    expect(shuffleArguments("jest", ["jest"], 7)).toEqual(["--randomize", "--seed=7"]);
    expect(shuffleArguments("vitest", ["vitest", "--sequence.shuffle"], 7)).toBeNull();
    expect(shuffleArguments("other", ["./check", "--seed={seed}"], 7)).toEqual([]);
  });

  it("is run one test file at a time", () => {
    expect(serialArguments("jest")).toEqual(["--runInBand"]);
    expect(serialArguments("other")).toBeNull();
  });
});

it("--shuffle says what to do where it cannot reach the command", () => {
  expect(() => requireShuffle("vitest", ["vitest"])).not.toThrow();
  expect(() => requireShuffle("other", ["./check"])).toThrow(/Write \{seed\}/);
  expect(() => requireShuffle("jest", ["jest", "--randomize"])).toThrow(
    /orders its tests by itself/,
  );
});

it("placeholders are filled wherever they stand, and other braces are left alone", () => {
  const values = { run: "3", seed: "12", report: "/r.xml" };
  expect(fill("a{run}b{seed}{seed}-{report}-{other}-{}", values)).toBe("a3b1212-/r.xml-{other}-{}");
});
