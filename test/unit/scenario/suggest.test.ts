/** Suggestions for mistyped words. */
import { expect, test } from "vitest";
import { closest, didYouMean } from "../../../src/scenario/suggest.ts";

const words = ["row", "values", "temp-table", "unnest", "appender"];

test("a word with one wrong, missing or doubled letter is recognised, in any case", () => {
  expect(closest("appendr", words)).toBe("appender");
  expect(closest("Vallues", words)).toBe("values");
  expect(closest("raw", words)).toBe("row");
  expect(closest("temptable", words)).toBe("temp-table");
});

test("a word unlike all others suggests nothing", () => {
  expect(closest("postgres", words)).toBeUndefined();
  expect(closest("", words)).toBeUndefined();
});

test("the text is a question with a suggestion and a full stop without", () => {
  expect(didYouMean("unest", words)).toBe('; did you mean "unnest"?');
  expect(didYouMean("postgres", words)).toBe(".");
});
