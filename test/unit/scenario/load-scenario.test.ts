/** Scenario files: the built-in ones are right, and a wrong one is told with file, line and field. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { METRICS } from "../../../src/results/metric.ts";
import { SHAPE_NAMES } from "../../../src/scenario/generate-dag.ts";
import {
  builtInScenarioNames,
  loadScenario,
  parseScenario,
} from "../../../src/scenario/load-scenario.ts";
import { scenarioJsonSchema } from "../../../src/scenario/scenario.ts";
import { PARAMETER_CHOICES, WORKLOAD_NAMES } from "../../../src/scenario/workload.ts";

const metrics = Object.keys(METRICS);

const BUILT_IN = [
  "drain",
  "end-to-end",
  "fan-out-fan-in",
  "growth",
  "load",
  "micro",
  "priorities",
  "recovery",
  "replay",
  "retry-storm",
  "sub-dags",
  "submit",
  "wake-latency",
  "write-contention",
];

const VALID = `name: mine
question: How fast?
workload: submit
parameters:
  shape:
    help: shape
    values: [chain]
    default: chain
    smoke: chain
  dagSize:
    help: jobs
    range: { from: 1, to: 100 }
    default: [10, 20]
    smoke: 2
metrics: [submitMs]
checks: [rowCounts]
chart: { x: dagSize, y: submitMs }
`;

/** The error of the valid file with one text replaced. */
function errorWith(text: string, replacement: string): string {
  expect(VALID).toContain(text);
  try {
    parseScenario(VALID.replace(text, replacement), "mine.yaml", metrics);
  } catch (error) {
    expect(error).toHaveProperty("code", "BAD_INPUT");
    return error instanceof Error ? error.message : "";
  }
  throw new Error("the file was accepted");
}

describe("built-in scenarios", () => {
  test("are those that the README tells of", () => {
    expect(builtInScenarioNames()).toEqual(BUILT_IN);
  });

  test.each(builtInScenarioNames())("%s is valid and has the name of its file", (name) => {
    const scenario = loadScenario(name, metrics);
    expect(scenario.name).toBe(name);
    const { shape } = scenario.parameters;
    expect(shape?.values ?? SHAPE_NAMES).toEqual(SHAPE_NAMES);
    for (const [parameter, { values, range }] of Object.entries(scenario.parameters)) {
      const widest = PARAMETER_CHOICES[parameter];
      expect(range).toEqual(widest?.range);
      // A scenario may offer less: the inserts of micro know no COPY.
      expect(widest?.values ?? []).toEqual(expect.arrayContaining([...(values ?? [])]));
    }
  });

  test("an unknown name is refused with the known ones", () => {
    expect(() => loadScenario("sumbit", metrics)).toThrow(
      `Unknown scenario "sumbit"; did you mean "submit"? Known are ${BUILT_IN.join(", ")}; a file of your own needs a path, such as ./my.yaml.`,
    );
    expect(() => loadScenario("constructor", metrics)).toThrow('Unknown scenario "constructor".');
  });
});

describe("a file of the user's own", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "scenario-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is loaded by its path, with defaults filled in", () => {
    const path = join(folder, "mine.yaml");
    writeFileSync(path, VALID);
    expect(loadScenario(path, metrics)).toMatchObject({
      name: "mine",
      cells: [{}],
      thresholds: [],
      chart: { scale: "log" },
    });
  });

  test("that is missing, a folder or much too large is refused", () => {
    expect(() => loadScenario("./no-such.yaml", metrics)).toThrow(
      "./no-such.yaml: the scenario cannot be read (no such file). Check the path.",
    );
    expect(() => loadScenario(`${folder}/`, metrics)).toThrow(
      "a folder. Name one scenario file in it.",
    );
    const path = join(folder, "large.yaml");
    writeFileSync(path, `# ${"x".repeat(1024 * 1024)}\n`);
    expect(() => loadScenario(path, metrics)).toThrow(
      "a regular file of at most 1048576 bytes is needed.",
    );
  });
});

describe("a wrong file is told with file, line and field", () => {
  test.each([
    [
      "name: mine",
      "name: My Scenario",
      "mine.yaml:1: name: needs small letters, digits and single hyphens, such as my-scenario.",
    ],
    ["question: How fast?", "question: ''", "mine.yaml:2: question: is empty."],
    ["question: How fast?\n", "", "mine.yaml:1: question: is missing; needs a text."],
    ["question: How fast?", "question: [1]", "mine.yaml:2: question: needs a text."],
    [
      "workload: submit",
      "workload: sing",
      `mine.yaml:3: workload: needs one of ${WORKLOAD_NAMES.join(", ")}.`,
    ],
    ["metrics: [submitMs]", "metrics: []", "mine.yaml:15: metrics: is empty."],
    [
      "metrics: [submitMs]",
      "metrics:\n  - submitMs\n  - submitMS",
      'mine.yaml:17: metrics[1]: unknown metric "submitMS"; did you mean "submitMs"? Known are jobs, ',
    ],
    [
      "checks: [rowCounts]",
      "checks: [rowCount]",
      "mine.yaml:16: checks[0]: needs one of rowCounts, checksum, doneOnce, ordered.",
    ],
    [
      "checks: [rowCounts]",
      "checks: [ordered]",
      'mine.yaml:16: checks[0]: unknown check "ordered". Known are rowCounts, checksum.',
    ],
    [
      "x: dagSize",
      "x: size",
      'mine.yaml:17: chart.x: unknown parameter "size". Known are shape, dagSize.',
    ],
    [
      "y: submitMs",
      "y: drainMs",
      'mine.yaml:17: chart.y: unknown metric "drainMs". Known are submitMs.',
    ],
    [
      "chart: {",
      "chart: { colour: red,",
      'mine.yaml:17: chart.colour: unknown field "colour". Known are x, y, series, scale.',
    ],
    [
      "    smoke: chain",
      "    smok: chain",
      "mine.yaml:5: parameters.shape.smoke: is missing; needs a number, a name, or a list of them.",
    ],
    [
      "    smoke: chain",
      "    smoke: chain\n    smokes: 1",
      'mine.yaml:10: parameters.shape.smokes: unknown field "smokes"; did you mean "smoke"? Known are help, unit, values, range, default, sameAs, atMost, appliesWhen, smoke.',
    ],
    [
      "values: [chain]",
      "values: [ring]",
      'mine.yaml:7: parameters.shape.values[0]: "ring" is not possible; it takes random, chain, fan-out, fan-in, diamond, layered.',
    ],
    [
      "default: chain",
      "default: random",
      'mine.yaml:8: parameters.shape.default: "random" is not possible; it takes chain.',
    ],
    [
      "smoke: 2",
      "smoke: 1.5",
      "mine.yaml:14: parameters.dagSize.smoke: 1.5 is not possible; it takes a whole number from 1 to 100.",
    ],
    [
      "from: 1,",
      "from: 0,",
      "mine.yaml:12: parameters.dagSize.range.from: 0 is not possible; it takes a whole number from 1 to 10,000,000.",
    ],
    ["from: 1,", "from: 101,", "mine.yaml:12: parameters.dagSize.range: from is above to."],
    ["to: 100 ", "to: many ", "mine.yaml:12: parameters.dagSize.range.to: needs a number."],
    [
      "    range: { from: 1, to: 100 }\n",
      "",
      "mine.yaml:10: parameters.dagSize: needs values (names) or range (numbers), or both.",
    ],
    [
      "    default: chain\n",
      "",
      "mine.yaml:5: parameters.shape: needs exactly one of default and sameAs.",
    ],
    [
      "    default: chain\n",
      "    sameAs: size\n",
      'mine.yaml:8: parameters.shape.sameAs: unknown parameter "size". Known are dagSize.',
    ],
    [
      "    smoke: 2",
      "    smoke: 2\n    appliesWhen: { shape: [ring] }",
      'mine.yaml:15: parameters.dagSize.appliesWhen.shape: "ring" is not possible; it takes chain.',
    ],
    [
      "    smoke: 2",
      "    smoke: 2\n  wake:\n    help: x\n    values: [poll]\n    default: poll\n    smoke: poll",
      'mine.yaml:15: parameters.wake: unknown parameter "wake" for submit. Known are shape, dagSize, strategy, chunkSize.',
    ],
    [
      "  dagSize:",
      "  dag-size:",
      "mine.yaml:10: parameters.dag-size: needs a name such as dagSize.",
    ],
    [
      "metrics:",
      "cells:\n  - { shape: chain }\n  - { dagsize: 5 }\nmetrics:",
      'mine.yaml:17: cells[1].dagsize: unknown parameter "dagsize"; did you mean "dagSize"? Known are shape, dagSize.',
    ],
    [
      "metrics:",
      "cells:\n  - { dagSize: [5, 500] }\nmetrics:",
      "mine.yaml:16: cells[0].dagSize: 500 is not possible; it takes a whole number from 1 to 100.",
    ],
    [
      "metrics:",
      "thresholds: ['submitMs under 5']\nmetrics:",
      "mine.yaml:15: thresholds[0]: needs one of < <= > >= here.",
    ],
    [
      "metrics:",
      "thresholds: ['drainMs < 5']\nmetrics:",
      'mine.yaml:15: thresholds[0]: unknown metric "drainMs". Known are submitMs.',
    ],
  ])("%j → %j", (text, replacement, message) => {
    expect(errorWith(text, replacement).split("\n")[0]).toContain(message);
  });

  test("and a threshold with the character", () => {
    const [, text, caret] = errorWith(
      "metrics:",
      "thresholds: ['submitMs under 5']\nmetrics:",
    ).split("\n");
    expect([text, caret]).toEqual(["  submitMs under 5", "           ^"]);
  });

  test("with all its faults at once, ten at most", () => {
    const faults = errorWith("name: mine\nquestion: How fast?", "name: 7\nquestion: 8");
    expect(faults).toBe("mine.yaml:1: name: needs a text.\nmine.yaml:2: question: needs a text.");
    const many = errorWith(
      "[submitMs]",
      `[${Array.from({ length: 12 }, (_, i) => `m${i}`).join()}]`,
    );
    expect(many.split("\n")).toHaveLength(11);
    expect(many).toContain("mine.yaml: and 3 more problems.");
  });

  test("when a required parameter is missing", () => {
    const lines = VALID.replace(/ {2}shape:[\s\S]*?smoke: chain\n/, "");
    expect(() => parseScenario(lines, "mine.yaml", metrics)).toThrow(
      "mine.yaml:4: parameters: the workload submit needs the parameter shape.",
    );
  });

  test("when it is no YAML, repeats a field, is empty, or is something else", () => {
    expect(errorWith("metrics: [submitMs]", "metrics: [submitMs")).toMatch(
      /^mine\.yaml:16:1: not valid YAML: Flow sequence /,
    );
    expect(errorWith("question:", "name:")).toMatch(
      /^mine\.yaml:2:1: not valid YAML: Map keys must be unique/,
    );
    for (const text of ["", "just words", "- a\n- b"]) {
      expect(() => parseScenario(text, "x.yaml", metrics)).toThrow(
        "x.yaml:1: needs fields of its own.",
      );
    }
  });

  test("when aliases would make it huge", () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`,
    );
    const bomb = `l0: &l0 [x]\n${levels.join("\n")}\n`;
    expect(() => parseScenario(bomb, "bomb.yaml", metrics)).toThrow(
      "bomb.yaml: uses more than 100 aliases.",
    );
  });
});

test("the published JSON Schema is the one of the code", () => {
  const published = new URL("../../../scenarios/scenario.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(published, "utf8"))).toEqual(scenarioJsonSchema());
});
