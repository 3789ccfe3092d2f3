import { expect, test } from "vitest";
import { render, TEXT_FORMATS } from "../../../src/report/render.ts";
import { resultSchema } from "../../../src/results/result.ts";
import * as fixtures from "../../support/results/fixtures.ts";

const ESCAPE = "\u001b";

const results = [
  fixtures.defaultRun(),
  fixtures.sizeSweep(),
  fixtures.oneTrial(),
  fixtures.nothingMeasured(),
  fixtures.manySeries([1000, 10_000]),
];

test("the fixtures are valid result files", () => {
  for (const result of results) expect(resultSchema.parse(result)).toEqual(result);
});

test("json gives back the result itself", () => {
  for (const result of results) expect(JSON.parse(render(result, "json"))).toEqual(result);
});

test.each(TEXT_FORMATS)("%s ends with one line end for every result", (format) => {
  for (const result of results) expect(render(result, format)).toMatch(/[^\r\n]\r?\n$/);
});

test("the terminal shows tables, then findings, then the answer, each after a blank line", () => {
  const blocks = render(fixtures.defaultRun(), "table", { folder: "results/runs/x" }).split("\n\n");
  expect(blocks.map((block) => block.split(/\s/)[0])).toEqual(["submit", "drain", "·", "Fastest"]);
  expect(blocks.at(-1)?.endsWith("\nSaved in:       results/runs/x\n")).toBe(true);
});

test("no format writes a colour unless asked to", () => {
  for (const format of TEXT_FORMATS) {
    expect(render(fixtures.defaultRun(), format)).not.toContain(ESCAPE);
  }
  expect(render(fixtures.defaultRun(), "table", { colored: true })).toContain(ESCAPE);
});
