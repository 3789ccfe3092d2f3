/** Numbers and durations on the command line. */
import { describe, expect, it } from "vitest";
import { durationMs, wholeNumber } from "../../../src/cli/flag-values.ts";

describe("a whole number", () => {
  it("is read within its limits, both included", () => {
    expect(wholeNumber("--trials", "1", 1, 10)).toBe(1);
    expect(wholeNumber("--trials", "10", 1, 10)).toBe(10);
  });

  it.each(["0", "11", "-1", "1.5", "1e1", "ten", "", " 3"])("is refused as %j", (text) => {
    expect(() => wholeNumber("--trials", text, 1, 10)).toThrow(
      `--trials ${text}: not a whole number from 1 to 10.`,
    );
  });
});

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["1.5m", 90_000],
    ["2h", 7_200_000],
  ])("%s is %d ms", (text, ms) => {
    expect(durationMs("--budget", text)).toBe(ms);
  });

  it.each(["30", "0s", "-1s", "0.5ms", "25h", "1d", "s", ""])("is refused as %j", (text) => {
    expect(() => durationMs("--budget", text)).toThrow(
      `--budget ${text}: not a duration from 1ms to 24h, such as 500ms, 30s or 2m.`,
    );
  });
});
