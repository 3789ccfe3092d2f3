import { describe, expect, it } from "vitest";
import {
  readFlakyFormat,
  readFlakyOptions,
  refuseWithFlakyResume,
} from "../../../src/cli/flaky-flags.ts";
import { CAREFUL_PLAN, QUICK_PLAN } from "../../../src/stats/sprt.ts";

const VITEST = ["npx", "vitest", "run"];

function options(texts: Record<string, string> = {}, ...switches: readonly string[]) {
  return readFlakyOptions(VITEST, texts, new Set(switches));
}

describe("the flags of bench flaky", () => {
  it("default to the quick sequential rule", () => {
    expect(options()).toEqual({
      command: VITEST,
      rule: { kind: "sequential", maxRuns: 177 },
      plan: QUICK_PLAN,
      report: null,
      usageExitCode: null,
      testRunner: "vitest",
      shuffle: false,
      seed: 1,
      runLimitMs: 600_000,
      testLimitMs: null,
      margin: false,
      classify: false,
      armRuns: 50,
    });
    expect(options({}, "quick")).toEqual(options());
  });

  it("--runs and --sequential judge by 0.1 % against 1 %, and --below moves both rates", () => {
    expect(options({ runs: "20" })).toMatchObject({
      rule: { kind: "fixed", runs: 20 },
      plan: CAREFUL_PLAN,
    });
    expect(options({}, "sequential").rule).toEqual({ kind: "sequential", maxRuns: 978 });
    expect(options({ runs: "20", below: "5%" }).plan).toEqual(QUICK_PLAN);
    expect(options({ below: "0.5 %" }).plan).toEqual({
      ...QUICK_PLAN,
      unacceptable: 0.005,
      acceptable: 0.0005,
    });
  });

  it.each([
    [{ runs: "0" }, [], /--runs 0/],
    [{ runs: "9" }, ["quick"], /--runs and --quick are two rules/],
    [{}, ["sequential", "quick"], /--sequential and --quick are two rules/],
    [{ below: "60%" }, [], /--below 60%/],
    [{ below: "1" }, [], /--below 1/],
    [{ runner: "mocha" }, [], /--runner mocha/],
    [{ "test-limit": "5" }, [], /--test-limit 5/],
    [{ "run-limit": "soon" }, [], /--run-limit soon/],
    [{ "arm-runs": "5" }, [], /--arm-runs says something only with --classify/],
    [{ runner: "other" }, ["shuffle"], /--shuffle: it is not known how/],
  ])("%j with %j is refused by name", (texts, switches, message) => {
    expect(() => options(texts, ...switches)).toThrow(message);
  });

  it("know how a scenario's command says that it was called wrongly", () => {
    expect(options({ scenario: "joins" }).usageExitCode).toBe(2);
  });

  it("need a command", () => {
    expect(() => readFlakyOptions([], {}, new Set())).toThrow(/No command to run/);
  });

  it("know three formats", () => {
    expect(readFlakyFormat({}, false)).toBe("table");
    expect(readFlakyFormat({ format: "json" }, true)).toBe("json");
    expect(readFlakyFormat({ format: "markdown" }, false)).toBe("markdown");
    expect(() => readFlakyFormat({ format: "csv" }, false)).toThrow(/--format csv/);
    expect(() => readFlakyFormat({ format: "table" }, true)).toThrow(/contradicts/);
  });

  it("go with --resume only where they do not change what is measured", () => {
    const texts = { resume: "x", budget: "1m", format: "table" };
    expect(() => refuseWithFlakyResume([], texts, new Set(["json"]))).not.toThrow();
    expect(() => refuseWithFlakyResume(VITEST, { runs: "3" }, new Set(["margin"]))).toThrow(
      /leave out --runs, --margin, the command\./,
    );
  });
});
