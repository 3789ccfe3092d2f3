/** The report of a selftest on records whose answer is known. */
import { describe, expect, test } from "vitest";
import { resampleGates } from "../../../src/gate/resample-gates.ts";
import { measured, selftestReport } from "../../../src/gate/selftest-report.ts";
import type { ArmName, ArmPair, SelftestHead } from "../../../src/results/selftest-record.ts";
import { seededRandom } from "../../../src/runner/seeded-random.ts";

const HEAD: SelftestHead = {
  selftestVersion: 1,
  id: "20260101-000000-a",
  startedAt: "2026-01-01T00:00:00.000Z",
  seed: 1,
  durability: "full",
  cell: { scenario: "submit", parameters: { dagSize: 2000 } },
  metric: "submitMs",
  rounds: 1,
  environment: {
    cpu: "test",
    cores: 2,
    memoryBytes: 1,
    platform: "linux x64",
    node: "20.20.0",
    duckdb: "1",
    quackmark: "1",
    commit: null,
    dirty: false,
    fsyncMs: 1,
    fingerprint: "f",
  },
};

/** Pairs whose head is slower by a share, with 1 % of noise of a fixed pattern. */
function pairs(arm: ArmName, count: number, slowdown: number): ArmPair[] {
  return Array.from({ length: count }, (_, i) => ({
    arm,
    sitting: 0,
    first: "base" as const,
    base: 100,
    head: 100 * (1 + slowdown) * Math.exp(0.01 * Math.sin(i)),
    noisy: false,
  }));
}

describe("selftestReport", () => {
  const report = selftestReport(
    HEAD,
    [...pairs("same", 80, 0), ...pairs("slow10", 48, 0.1), ...pairs("sameHog", 16, 0)],
    "lower",
    seededRandom(1),
  );
  const figure = (name: string, source: "measured" | "resampled" = "measured") =>
    report.figures.find((one) => one.name === name && one.source === source);

  test("counts the gates that were really run, with their bound", () => {
    // Eight pairs pass; a regression waits for twelve.
    expect(figure("false alarms, unchanged build")).toMatchObject({ hits: 0, of: 10 });
    expect(figure("false alarms, unchanged build")?.bound).toBeCloseTo(1 - 0.05 ** (1 / 10), 9);
    expect(figure("false alarms, unchanged build")?.verdict).toBe("open");
    expect(figure("unchanged build ends in pass")).toMatchObject({ hits: 10, of: 10 });
    expect(figure("10 % slower, found")).toMatchObject({ hits: 4, of: 4, verdict: "open" });
    expect(figure("15 % slower, found")).toMatchObject({ of: 0, bound: null, verdict: "none" });
  });

  test("covers the truth of every arm without a hog", () => {
    expect(figure("the interval covers the truth")).toMatchObject({ hits: 10, of: 10 });
  });

  test("resamples thousands, and says so", () => {
    expect(figure("3 % slower, flagged", "resampled")).toMatchObject({ of: 4000, bound: null });
    expect(figure("15 % slower, found", "resampled")).toMatchObject({
      hits: 4000,
      of: 4000,
      verdict: "reached",
    });
  });

  test("shows our gate first in the tournament", () => {
    expect(report.tournament[0]).toMatchObject({
      same: { hits: 0, of: 10 },
      hog: { hits: 0, of: 2 },
      slow15: { hits: 4000, of: 4000 },
    });
    expect(report.tournament).toHaveLength(6);
  });

  test("tells the noise of the pairs", () => {
    const [same] = report.arms;
    expect(same).toMatchObject({ arm: "same", pairs: 80, noisyPairs: 0 });
    expect(same?.noise).toBeCloseTo(0.01, 2);
  });
});

describe("a target", () => {
  const atMost = { kind: "at most", share: 0.01 } as const;
  const atLeast = { kind: "at least", share: 0.95 } as const;

  test.each([
    ["1 in 473 bounds by 1 %", { hits: 1, of: 473 }, atMost, "reached"],
    ["1 in 472 does not", { hits: 1, of: 472 }, atMost, "open"],
    ["5 in 100 are surely more than 1 %", { hits: 5, of: 100 }, atMost, "missed"],
    ["2 misses in 124 still show 95 %", { hits: 122, of: 124 }, atLeast, "reached"],
    ["2 misses in 123 do not", { hits: 121, of: 123 }, atLeast, "open"],
    ["half is surely less than 95 %", { hits: 10, of: 20 }, atLeast, "missed"],
  ] as const)("%s", (_, share, target, verdict) => {
    expect(measured("x", share, target).verdict).toBe(verdict);
  });
});

describe("resampleGates", () => {
  test("draws nothing from a record that is shorter than the longest gate", () => {
    expect(resampleGates(pairs("same", 40, 0), "lower", 0, seededRandom(1), 10)).toEqual([]);
    expect(resampleGates(pairs("same", 41, 0), "lower", 0, seededRandom(1), 10)).toHaveLength(10);
  });

  test("makes a head of higher-is-better lower", () => {
    const gates = resampleGates(pairs("same", 41, 0), "higher", 0.15, seededRandom(1), 5);
    expect(gates.map(({ verdict }) => verdict)).toEqual(Array(5).fill("regression"));
  });

  test("is the same for the same seed", () => {
    const draw = () => resampleGates(pairs("same", 60, 0), "lower", 0.05, seededRandom(7), 20);
    expect(draw()).toEqual(draw());
  });
});
