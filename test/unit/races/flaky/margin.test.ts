import { describe, expect, it } from "vitest";
import { measureMargin } from "../../../../src/races/flaky/margin.ts";
import { outcome, run } from "../../../support/flaky/runs.ts";

/** A command whose test `late` fails from a slow-down on; counts its runs. */
function failsFrom(limit: number) {
  const asked: number[] = [];
  const slowed = (slowdown: number) => {
    asked.push(slowdown);
    const fails = slowdown >= limit;
    return Promise.resolve(
      run({
        exitCode: fails ? 1 : 0,
        slowdown,
        tests: [outcome("late", fails ? "failed" : "passed"), outcome("shaky", "failed")],
      }),
    );
  };
  return { asked, slowed };
}

const FRAGILE = new Set(["shaky"]);

describe("the margin", () => {
  it("climbs to the first failure, then halves the gap twice", async () => {
    const { asked, slowed } = failsFrom(5);
    const margin = await measureMargin(slowed, FRAGILE);
    const middle = Math.sqrt(4 * 8);
    const lower = Math.sqrt(4 * middle);
    expect(asked).toEqual([2, 2, 2, 4, 4, 4, 8, middle, lower, lower, lower]);
    expect(margin?.passesAt).toBeCloseTo(4.757, 3);
    expect(margin?.failsAt).toBeCloseTo(5.657, 3);
    expect(margin?.steps.map(({ runs, failures }) => [runs, failures])).toEqual([
      [3, 0],
      [3, 0],
      [1, 1],
      [1, 1],
      [3, 0],
    ]);
    expect(margin?.steps.at(-2)?.flipped).toEqual(["late"]);
  });

  it("knows a command that fails at the first step, and one that never does", async () => {
    const weak = await measureMargin(failsFrom(1.1).slowed, FRAGILE);
    expect(weak).toMatchObject({ passesAt: 1 });
    expect(weak?.failsAt).toBeCloseTo(2 ** 0.25, 9);
    expect(await measureMargin(failsFrom(100).slowed, FRAGILE)).toMatchObject({
      passesAt: 16,
      failsAt: null,
      note: "",
    });
  });

  it("speaks of the command where no test says why it failed", async () => {
    const margin = await measureMargin(
      () => Promise.resolve(run({ exitCode: 1, slowdown: 2 })),
      FRAGILE,
    );
    expect(margin?.steps[0]?.flipped).toEqual(["the whole command"]);
  });

  it("says so when it was ended early, and is null when nothing was run", async () => {
    let left = 4;
    const margin = await measureMargin((slowdown) => {
      left -= 1;
      return Promise.resolve(left < 0 ? null : run({ slowdown }));
    }, FRAGILE);
    expect(margin).toMatchObject({
      passesAt: 2,
      failsAt: null,
      note: "the search was ended early",
    });
    expect(await measureMargin(() => Promise.resolve(null), FRAGILE)).toBeNull();
  });
});
