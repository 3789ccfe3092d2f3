/** Steps in a history: found where they are, and rarely where they are not. */
import { describe, expect, test } from "vitest";
import { findChangePoints } from "../../../src/stats/change-point.ts";
import { countOf, noise, sample } from "../../support/stats/noise.ts";

describe("change points", () => {
  test("are found where the level steps, with the medians of both sides", () => {
    const { normal, uniform } = noise(1);
    const history = [...sample(30, () => 100 + normal()), ...sample(20, () => 110 + normal())];
    const [step, ...others] = findChangePoints(history, { random: uniform });
    expect(others).toEqual([]);
    expect(step?.index).toBe(30);
    expect(step?.before).toBeCloseTo(100, 0);
    expect(step?.after).toBeCloseTo(110, 0);
    expect(step?.pValue).toBe(1 / 200);
  });

  test("are found one by one, in time order, with the medians between them", () => {
    const { normal, uniform } = noise(2);
    const levels = [100, 120, 90];
    const history = levels.flatMap((level) => sample(20, () => level + normal()));
    const steps = findChangePoints(history, { random: uniform });
    expect(steps.map(({ index }) => index)).toEqual([20, 40]);
    expect(steps.map(({ before }) => Math.round(before / 10) * 10)).toEqual([100, 120]);
    expect(steps.map(({ after }) => Math.round(after / 10) * 10)).toEqual([120, 90]);
  });

  test("are found when only the scatter changes", () => {
    const { normal, uniform } = noise(3);
    const history = [...sample(40, normal), ...sample(40, () => 10 * normal())];
    const steps = findChangePoints(history, { random: uniform });
    expect(steps).toHaveLength(1);
    expect(Math.abs((steps[0]?.index ?? 0) - 40)).toBeLessThanOrEqual(3);
  });

  test("do not come from one wild value", () => {
    const { normal, uniform } = noise(4);
    const history = sample(40, normal);
    history[20] = 1_000;
    expect(findChangePoints(history, { random: uniform })).toEqual([]);
  });

  test.each([
    ["nothing", []],
    ["too short a series for two regimes", [1, 1, 1, 1, 9, 9, 9, 9]],
    ["equal values", new Array<number>(40).fill(7)],
  ])("are not found in %s", (_, history) => {
    expect(findChangePoints(history, { random: noise(5).uniform })).toEqual([]);
  });

  test("read the same for the same seed", () => {
    const history = sample(60, noise(6).normal).map((value, i) => value + i / 20);
    const read = (seed: number) => findChangePoints(history, { random: noise(seed).uniform });
    expect(read(1)).toEqual(read(1));
    expect(read(1)).not.toEqual([]);
  });

  test("of a very long history come from its last 250 values, at their true places", () => {
    const { normal, uniform } = noise(8);
    const history = [
      ...sample(100, () => 900),
      ...sample(150, () => 100 + normal()),
      ...sample(100, () => 150 + normal()),
    ];
    const steps = findChangePoints(history, { random: uniform, permutations: 99 });
    expect(steps.map(({ index }) => index)).toEqual([250]);
  });

  test("are claimed in about 1 % of unchanged histories", () => {
    const { normal, uniform } = noise(9);
    const histories = 200;
    const claimed = countOf(
      histories,
      () => findChangePoints(sample(24, normal), { random: uniform, permutations: 99 }).length > 0,
    );
    // Three standard errors above 1 % are 3.1 %.
    expect(claimed / histories).toBeLessThanOrEqual(0.031);
  });
});
