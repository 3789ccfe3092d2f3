/** Flags: their names, and the values that their texts stand for. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { METRICS } from "../../../src/results/metric.ts";
import { loadScenario } from "../../../src/scenario/load-scenario.ts";
import {
  flagOf,
  parameterFlags,
  parseValues,
  readOverrides,
  smokeOverrides,
} from "../../../src/scenario/parameters.ts";
import type { ScenarioParameter } from "../../../src/scenario/scenario.ts";

const submit = loadScenario("submit", Object.keys(METRICS));
const drain = loadScenario("drain", Object.keys(METRICS));

function parse(name: string, text: string): readonly (number | string)[] {
  const parameter: ScenarioParameter | undefined =
    submit.parameters[name] ?? drain.parameters[name];
  if (parameter === undefined) throw new Error(`no parameter ${name}`);
  return parseValues(name, parameter, text);
}

test("a flag is the parameter's name with hyphens", () => {
  expect(flagOf("dagSize")).toBe("--dag-size");
  expect(flagOf("wake")).toBe("--wake");
});

describe("the text of a flag", () => {
  test.each([
    ["dagSize", "1000,10000", [1000, 10_000]],
    ["dagSize", " 1e3 , 2.5e3,+7", [1000, 2500, 7]],
    ["dagSize", "1e3..1e6", [1000, 10_000, 100_000, 1_000_000]],
    ["dagSize", "10..1000/2", [10, 32, 100, 316, 1000]],
    ["dagSize", "5,1..10,5", [5, 1, 10]],
    ["chunkSize", "all", ["all"]],
    ["chunkSize", "100,all,1e3..1e4", [100, "all", 1000, 10_000]],
    ["strategy", "values,appender,values", ["values", "appender"]],
    ["pollInterval", "50ms,100", [50, 100]],
  ])("--%s %s is %j", (name, text, values) => {
    expect(parse(name, text)).toEqual(values);
  });

  test.each([
    ["dagSize", "0", "--dag-size 0: below 1. It takes a whole number from 1 to 10,000,000 (jobs)."],
    ["dagSize", "-5", "--dag-size -5: below 1."],
    ["dagSize", "1.5", "--dag-size 1.5: not a whole number."],
    ["dagSize", "1e99", "--dag-size 1e99: above 10,000,000."],
    ["dagSize", "9".repeat(400), ": above 10,000,000."],
    ["dagSize", "many", "--dag-size many: not a number."],
    ["dagSize", "0x10", "--dag-size 0x10: not a number."],
    ["dagSize", "NaN", "--dag-size NaN: not a number."],
    ["dagSize", "Infinity", "--dag-size Infinity: not a number."],
    ["dagSize", "all", "--dag-size all: not a number."],
    ["dagSize", "", "--dag-size has an empty value."],
    ["dagSize", "1,,2", "--dag-size has an empty value."],
    ["dagSize", "1e6..1e3", "--dag-size 1e6..1e3: the range starts above its end."],
    ["dagSize", "0..10", "--dag-size 0..10: below 1."],
    ["dagSize", "1..10/0", "the number of values per decade, 1 to 100."],
    ["dagSize", "1..10/x", "the number of values per decade, 1 to 100."],
    ["dagSize", "1..", "--dag-size 1..: not a number."],
    ["strategy", "appendr", '--strategy appendr: unknown; did you mean "appender"?'],
    ["strategy", "zip", "It takes row, values, temp-table, unnest, appender, copy."],
    ["strategy", "1..5", "--strategy 1..5: unknown."],
    ["shape", "Random", '--shape Random: unknown; did you mean "random"?'],
    ["chunkSize", "al", '--chunk-size al: not a number; did you mean "all"?'],
    [
      "pollInterval",
      "5 seconds",
      "--poll-interval 5 seconds: not a number. It takes a whole number from 1 to 60,000 (ms).",
    ],
  ])("--%s %s is refused", (name, text, message) => {
    expect(() => parse(name, text)).toThrow(
      expect.objectContaining({ code: "BAD_INPUT", message: expect.stringContaining(message) }),
    );
  });

  test("is refused when it stands for more than 1,000 values", () => {
    const text = Array.from({ length: 1001 }, (_, i) => i + 1).join();
    expect(() => parse("dagSize", text)).toThrow("--dag-size has more than 1000 values.");
  });

  test("of any valid numbers is those numbers, each once", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 1 }), (numbers) => {
        expect(parse("dagSize", numbers.join())).toEqual([...new Set(numbers)]);
      }),
    );
  });

  test("never gives a value outside the declared choice, whatever it is", () => {
    const parts = fc.constantFrom("1", "0", "e", "..", "/", ",", "-", ".", "all", " ", "9999");
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (text) => {
        let values: readonly (number | string)[] = [];
        try {
          values = parse("chunkSize", text.join(""));
        } catch (error) {
          expect(error).toHaveProperty("code", "BAD_INPUT");
        }
        for (const value of values) {
          if (value === "all") continue;
          expect(Number.isInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(1);
          expect(value).toBeLessThanOrEqual(1e7);
        }
      }),
    );
  });
});

describe("overrides", () => {
  test("go to the scenarios that declare the parameter", () => {
    const texts = { dagSize: "5", strategy: "row", claimBatch: "7" };
    expect(readOverrides([submit, drain], texts)).toEqual([
      { dagSize: [5], strategy: ["row"] },
      { dagSize: [5], claimBatch: [7] },
    ]);
  });

  test("for a parameter that no selected scenario declares are refused", () => {
    expect(() => readOverrides([drain], { strategy: "row" })).toThrow(
      "--strategy is no parameter of drain. Known are --shape, --dag-size, --processes, --workers, --concurrency, --claim-batch, --wake, --poll-interval.",
    );
    expect(() => readOverrides([submit, drain], { dagSizes: "1" })).toThrow(
      '--dag-sizes is no parameter of submit, drain; did you mean "--dag-size"?',
    );
    expect(() => readOverrides([submit], { constructor: "1" })).toThrow(
      "is no parameter of submit",
    );
  });
});

test("each parameter of several scenarios is one flag that knows who declares it", () => {
  const flags = parameterFlags([submit, drain]);
  expect(flags.map(({ flag }) => flag)).toEqual([
    ...["--shape", "--dag-size", "--strategy", "--chunk-size", "--processes", "--workers"],
    ...["--concurrency", "--claim-batch", "--wake", "--poll-interval"],
  ]);
  expect(flags[1]).toEqual({
    name: "dagSize",
    flag: "--dag-size",
    help: "jobs in the DAG",
    choice: "a whole number from 1 to 10,000,000",
    unit: "jobs",
    scenarios: ["submit", "drain"],
  });
});

test("smoke values are lists, for every declared parameter", () => {
  expect(smokeOverrides(drain)).toEqual({
    shape: ["random"],
    dagSize: [50],
    processes: [1],
    workers: [1],
    concurrency: [10],
    claimBatch: [10],
    wake: ["notify", "poll"],
    pollInterval: [1],
  });
});
