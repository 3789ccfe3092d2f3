import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Trial } from "../../../src/results/result.ts";
import {
  metricValues,
  relativePrecision,
  summarizeTrials,
} from "../../../src/results/summarize.ts";

function trial(order: number, metrics: Record<string, number>, cut = false): Trial {
  return {
    order,
    metrics,
    checks: null,
    environment: { cpuPressurePct: null, stealPct: null, involuntarySwitches: 0 },
    ...(cut ? { censored: { limitMs: 1000, rowsDone: 5 } } : {}),
  };
}

describe("a summary", () => {
  test("has the median and no interval below 6 trials", () => {
    const trials = [3, 1, 2].map((submitMs, order) => trial(order, { submitMs }));
    expect(summarizeTrials(trials)).toEqual({
      submitMs: { median: 2, ciLow: null, ciHigh: null, n: 3 },
    });
  });

  test("has the interval of the order statistics from 6 trials on", () => {
    const trials = [60, 20, 50, 10, 40, 30].map((submitMs, order) => trial(order, { submitMs }));
    expect(summarizeTrials(trials)).toEqual({
      submitMs: { median: 35, ciLow: 10, ciHigh: 60, n: 6 },
    });
  });

  test("counts for each metric the trials that carry it", () => {
    const trials = [
      trial(0, { submitMs: 1, walBytes: 100 }),
      trial(1, { submitMs: 3 }),
      trial(2, { submitMs: 8 }),
    ];
    const { submitMs, walBytes } = summarizeTrials(trials);
    expect([submitMs?.median, submitMs?.n]).toEqual([3, 3]);
    expect([walBytes?.median, walBytes?.n]).toEqual([100, 1]);
  });

  test("leaves out the trials that were cut, and what only they carry", () => {
    const trials = [trial(0, { submitMs: 1 }), trial(1, { submitMs: 999, polls: 4 }, true)];
    expect(summarizeTrials(trials)).toEqual({
      submitMs: { median: 1, ciLow: null, ciHigh: null, n: 1 },
    });
    expect(summarizeTrials(trials.slice(1))).toEqual({});
    expect(summarizeTrials([])).toEqual({});
  });

  test("does not depend on the order of the trials", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(values, (sample) => {
        const trials = sample.map((submitMs, order) => trial(order, { submitMs }));
        expect(summarizeTrials(trials.toReversed())).toEqual(summarizeTrials(trials));
      }),
    );
  });

  test("lies within the trials, and its interval encloses it", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
      minLength: 6,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, (sample) => {
        const trials = sample.map((submitMs, order) => trial(order, { submitMs }));
        const { submitMs: summary } = summarizeTrials(trials);
        const { median = -1, ciLow, ciHigh } = summary ?? {};
        expect(sample).toContain(ciLow);
        expect(sample).toContain(ciHigh);
        expect(ciLow).toBeLessThanOrEqual(median);
        expect(ciHigh).toBeGreaterThanOrEqual(median);
      }),
    );
  });
});

test("the values of a metric come in the order of measuring", () => {
  const trials = [
    trial(7, { polls: 3 }),
    trial(2, { polls: 1 }),
    trial(4, {}),
    trial(5, { polls: 2 }),
  ];
  expect(metricValues(trials, "polls")).toEqual([1, 2, 3]);
  expect(metricValues(trials, "toString")).toEqual([]);
});

test("precision is half the interval relative to the median, where both exist", () => {
  expect(relativePrecision({ median: 100, ciLow: 95, ciHigh: 115, n: 8 })).toBe(0.1);
  expect(relativePrecision({ median: 100, ciLow: null, ciHigh: null, n: 2 })).toBeNull();
  expect(relativePrecision({ median: 0, ciLow: 0, ciHigh: 1, n: 8 })).toBeNull();
});
