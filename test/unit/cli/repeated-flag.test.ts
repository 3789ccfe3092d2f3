/** Flags that may be repeated. */
import { expect, test } from "vitest";
import { repeatedTexts } from "../../../src/cli/repeated-flag.ts";

test("every value of a repeated flag is kept, in both spellings and in order", () => {
  const args = ["run", "--threshold", "a < 1", "--seed", "1", "--threshold=b > 2", "--threshold"];
  expect(repeatedTexts(args, "--threshold")).toEqual(["a < 1", "b > 2"]);
  expect(repeatedTexts(args, "--thresh")).toEqual([]);
});

test("what stands behind -- is no flag", () => {
  expect(repeatedTexts(["run", "--", "--threshold", "a < 1"], "--threshold")).toEqual([]);
});
