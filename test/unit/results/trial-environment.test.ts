import { describe, expect, test } from "vitest";
import { trialEnvironmentSchema } from "../../../src/results/result.ts";
import {
  parseBusyTicks,
  parsePressureUs,
  parseStealTicks,
  startTrialEnvironment,
  trialEnvironment,
} from "../../../src/results/trial-environment.ts";

const start = {
  atMs: 1000,
  pressureUs: 5_000_000,
  busyTicks: 900,
  ownCpuMs: 500,
  stealTicks: 40,
  involuntarySwitches: 10,
};

describe("the environment between two readings", () => {
  test("is the share of the time in percent, and the switches", () => {
    // 2.4 s of work in 2 s on two cores, 1.57 s of it ours: three ticks less are 800 ms of others.
    const end = {
      atMs: 3000,
      pressureUs: 5_500_000,
      busyTicks: 1_140,
      ownCpuMs: 2_070,
      stealTicks: 44,
      involuntarySwitches: 13,
    };
    expect(trialEnvironment([{ before: start, after: end }])).toEqual({
      cpuPressurePct: 25,
      othersCpuPct: 40,
      stealPct: 2,
      involuntarySwitches: 3,
    });
  });

  test("is null for what the system does not tell", () => {
    const unknown = {
      pressureUs: null,
      busyTicks: null,
      ownCpuMs: 0,
      stealTicks: null,
      involuntarySwitches: 0,
    };
    expect(
      trialEnvironment([{ before: { atMs: 0, ...unknown }, after: { atMs: 50, ...unknown } }]),
    ).toEqual({
      cpuPressurePct: null,
      othersCpuPct: null,
      stealPct: null,
      involuntarySwitches: 0,
    });
  });

  test("is quiet when no time has passed, and never above the whole time or below none", () => {
    expect(trialEnvironment([{ before: start, after: start }])).toEqual({
      cpuPressurePct: 0,
      othersCpuPct: 0,
      stealPct: 0,
      involuntarySwitches: 0,
    });
    const odd = {
      atMs: 1010,
      pressureUs: 6_000_000,
      busyTicks: 903,
      ownCpuMs: 500,
      stealTicks: 30,
      involuntarySwitches: 9,
    };
    expect(trialEnvironment([{ before: start, after: odd }])).toEqual({
      cpuPressurePct: 100,
      othersCpuPct: 0,
      stealPct: 0,
      involuntarySwitches: 0,
    });
  });
});

describe("the system's files", () => {
  test("tell the pressure since boot", () => {
    const text =
      "some avg10=4.15 avg60=1.87 avg300=2.03 total=120284078\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
    expect(parsePressureUs(text)).toBe(120_284_078);
  });

  test("tell the stolen ticks of all CPUs together", () => {
    const text =
      "cpu  59344 3 23339 1888336 923 5 1472 77 0 0\ncpu0 27723 0 11160 1 2 3 4 33 0 0\n";
    expect(parseStealTicks(text)).toBe(77);
  });

  test("tell the ticks in which all CPUs together were busy: neither idle nor waiting for a disk", () => {
    expect(parseBusyTicks("cpu  100 20 30 1888336 923 5 7 77 0 0\ncpu0 1 1 1 1 1 1 1 1\n")).toBe(
      162,
    );
  });

  test.each(["", "full avg10=0.00 total=7\n", "cpu 1 2 3\n", "garbage"])(
    "tell nothing as %j",
    (text) => {
      const told = [parsePressureUs(text), parseStealTicks(text), parseBusyTicks(text)];
      expect(told).toEqual([null, null, null]);
    },
  );
});

test("this process can be watched, and asked more than once", () => {
  const watch = startTrialEnvironment();
  const first = trialEnvironmentSchema.parse(watch.end());
  const second = trialEnvironmentSchema.parse(watch.end());
  expect(second.involuntarySwitches).toBeGreaterThanOrEqual(first.involuntarySwitches);
});
