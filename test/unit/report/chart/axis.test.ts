import fc from "fast-check";
import { expect, test } from "vitest";
import { measuredAxis, ratioTicks, valueAxis } from "../../../../src/report/chart/axis.ts";
import { formatShort } from "../../../../src/report/format-number.ts";

/** The ticks that an axis sets on its scale. */
function ticksOf(axis: ReturnType<typeof valueAxis>): number[] {
  const scale = { ticks: [] as { value: number }[] };
  axis.afterBuildTicks?.(scale as never);
  return scale.ticks.map(({ value }) => value);
}

test("ticks are dense within one power of ten, 1-2-5 over some, and powers over many", () => {
  expect(ratioTicks(210_000, 470_000)).toEqual([200_000, 300_000, 500_000]);
  expect(ratioTicks(9000, 812_000)).toEqual([
    5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
  ]);
  expect(ratioTicks(270, 812_000)).toEqual([100, 1000, 10_000, 100_000, 1_000_000]);
});

test("ticks always enclose the values, ascend and stay readable in number", () => {
  const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const ticks = ratioTicks(low, high);
      expect(ticks[0]).toBeLessThanOrEqual(low);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(high);
      expect(ticks.length).toBeLessThanOrEqual(20);
      for (const [index, tick] of ticks.entries()) {
        if (index > 0) expect(tick).toBeGreaterThan(ticks[index - 1] ?? 0);
      }
    }),
  );
});

test("results of one order are shown from zero, others by ratio", () => {
  expect(valueAxis("rows/s", [200, 800], formatShort, false)).toMatchObject({
    type: "linear",
    min: 0,
  });
  expect(valueAxis("rows/s", [0, 800], formatShort, true).type).toBe("linear");
  const wide = valueAxis("rows/s", [10, 800], formatShort, false);
  expect(wide).toMatchObject({ type: "logarithmic", min: 10, max: 1000 });
  expect(ticksOf(wide)).toEqual([10, 20, 50, 100, 200, 500, 1000]);
});

test("where measured values crowd, the last has its tick, and before it those with room", () => {
  const rates = [100, 200, 400, 6400, 12_800, 13_900, 14_500, 15_200, 18_100];
  expect(ticksOf(measuredAxis("rate", rates, formatShort))).toEqual([100, 200, 400, 6400, 18_100]);
  expect(ticksOf(measuredAxis("place", [1, 2, 200], formatShort, true))).toEqual([1, 2, 200]);
});

test("an axis of settings has a tick at every measured value and room beside them", () => {
  const axis = measuredAxis("chunk size", [5000, 100, 1000, 100], formatShort);
  expect(ticksOf(axis)).toEqual([100, 1000, 5000]);
  expect(axis.type).toBe("logarithmic");
  expect(axis.min).toBeLessThan(100);
  expect(axis.max).toBeGreaterThan(5000);
});
