/** Calibration on pairs whose noise is known. */
import { describe, expect, test } from "vitest";
import { calibratedMetrics, proposedMargins } from "../../../src/gate/calibrate.ts";
import type { Pair } from "../../../src/results/pair.ts";
import type { Trial } from "../../../src/results/result.ts";
import { correlation } from "../../../src/stats/correlation.ts";

const JUDGED = { scenario: "submit", parameters: { dagSize: 1 }, gate: ["submitMs"], counters: [] };

function trial(submitMs: number, cpuPressurePct = 0): Trial {
  const environment = { cpuPressurePct, stealPct: 0, involuntarySwitches: 0 };
  return { order: 0, metrics: { submitMs }, checks: null, environment };
}

/** Log ratios −1 and 1 times `noise`, whose scaled median deviation is 1.4826 times it. */
function pairs(count: number, noise: number): Pair[] {
  return Array.from({ length: count }, (_, number) => ({
    cell: 0,
    number,
    first: "base" as const,
    base: trial(100),
    head: trial(100 * Math.exp(number % 2 === 0 ? noise : -noise), number === 0 ? 90 : 0),
  }));
}

describe("calibratedMetrics", () => {
  const [metric] = calibratedMetrics([
    { judged: JUDGED, pairs: pairs(40, 0.05), secondsPerPair: 4 },
  ]);

  test("tells the noise of a pair, and which pairs met others", () => {
    expect(metric).toMatchObject({ metric: "submitMs", pairs: 40, noisyPairs: 1 });
    expect(metric?.noise).toBeCloseTo(0.05 * 1.4826, 4);
    expect(metric?.correlation).toBeNull();
  });

  test("sees more in more minutes, and no more than the last look allows", () => {
    // 15, 30, 75 and 120 pairs: the looks at 12, 24, 32 and 32.
    const ratios = metric?.visible.map(({ ratio }) => ratio ?? 0) ?? [];
    expect(ratios).toHaveLength(4);
    expect(ratios[0]).toBeGreaterThan(ratios[1] ?? 0);
    expect(ratios[1]).toBeGreaterThan(ratios[2] ?? 0);
    expect(ratios[3]).toBe(ratios[2]);
    // 1.03 · exp(0.0741 · (z(0.997) + z(0.95)) / √(32 · 3/π))
    expect(ratios[2]).toBeCloseTo(1.03 * Math.exp((0.07413 * (2.7478 + 1.6449)) / 5.5279), 4);
  });

  test("sees nothing before the first look that can call a regression", () => {
    const [slow] = calibratedMetrics([
      { judged: JUDGED, pairs: pairs(8, 0.05), secondsPerPair: 10 },
    ]);
    expect(slow?.visible.map(({ ratio }) => ratio === null)).toEqual([true, false, false, false]);
  });

  test("says nothing of fewer than eight pairs, and of a metric that is not there", () => {
    expect(
      calibratedMetrics([{ judged: JUDGED, pairs: pairs(7, 0.05), secondsPerPair: 1 }]),
    ).toEqual([]);
    const other = { ...JUDGED, gate: ["drainMs"] };
    expect(
      calibratedMetrics([{ judged: other, pairs: pairs(8, 0.05), secondsPerPair: 1 }]),
    ).toEqual([]);
  });
});

describe("proposedMargins", () => {
  test("keeps the rule's margins on a calm machine", () => {
    expect(proposedMargins([{ noise: 0.05 }])).toEqual({ toleratedRatio: 1.03, fatalRatio: 1.1 });
  });

  test("widens the fatal one for the noisiest metric", () => {
    // exp(0.3 · (z(0.996) + z(0.9)) / √(32 · 3/π)) = 1.238
    expect(proposedMargins([{ noise: 0.1 }, { noise: 0.3 }])).toEqual({
      toleratedRatio: 1.03,
      fatalRatio: 1.24,
    });
  });
});

describe("correlation", () => {
  test("is 1 and −1 on lines, and Anscombe's 0.816 on his first set", () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    expect(correlation(x, y)).toBeCloseTo(0.81642, 5);
  });

  test("is none without spread", () => expect(correlation([1, 1], [1, 2])).toBeNull());
});
