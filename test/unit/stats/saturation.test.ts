/** Where more brings no more. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSaturation } from "../../../src/stats/saturation.ts";

const curve = (...throughputs: number[]) =>
  throughputs.map((throughput, i) => ({ knob: 2 ** i, throughput }));

describe("saturation", () => {
  test("is at the smallest setting that no larger one beats by a tenth", () => {
    expect(findSaturation(curve(100, 190, 300, 310, 305))).toEqual({
      knob: 4,
      throughput: 300,
      lastKnob: 16,
      bestRatioBeyond: 310 / 300,
    });
  });

  test("is at the first setting when nothing helps at all", () => {
    expect(findSaturation(curve(100, 101, 99))?.knob).toBe(1);
  });

  test("holds when more does harm", () => {
    expect(findSaturation(curve(100, 200, 150, 90))).toEqual({
      knob: 2,
      throughput: 200,
      lastKnob: 8,
      bestRatioBeyond: 0.75,
    });
  });

  test("is not claimed while the throughput grows, or a flat stretch may still end", () => {
    expect(findSaturation(curve(100, 200, 400))).toBeNull();
    expect(
      findSaturation([
        { knob: 10, throughput: 100 },
        { knob: 12, throughput: 100 },
      ]),
    ).toBeNull();
    expect(findSaturation([])).toBeNull();
    expect(findSaturation(curve(100))).toBeNull();
  });

  test("does not depend on the order of the points", () => {
    const points = fc.uniqueArray(
      fc.record({
        knob: fc.integer({ min: 1, max: 100 }),
        throughput: fc.integer({ min: 1, max: 1_000 }),
      }),
      { selector: ({ knob }) => knob },
    );
    fc.assert(
      fc.property(points, (given) => {
        expect(findSaturation(given.toReversed())).toEqual(findSaturation(given));
      }),
    );
  });
});
