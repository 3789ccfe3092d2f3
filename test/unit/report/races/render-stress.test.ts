import { expect, test } from "vitest";
import { renderStress } from "../../../../src/report/races/render-stress.ts";

const clean = {
  server: "DuckDB",
  ...{ runs: 300, events: 12_000, cuts: 0 },
  situations: { "lease ran out": 40, "claims overlapped": 210 },
  findings: [],
  lifts: [],
  harnessErrors: [],
  upperBound: 0.00994,
};

test("a clean stress campaign tells what came up, most first, and its bound", () => {
  expect(renderStress(clean, undefined)).toBe(
    [
      "Stress on DuckDB, in real time: 300 runs, 12,000 events.",
      "A seed fixes the case and its waits, not the order: a finding may need several runs to come again.",
      "Met, in runs: claims overlapped 210 · lease ran out 40",
      "No promise was broken: below 0.99 % of such runs break one, with 95 % confidence.",
      "",
    ].join("\n"),
  );
});

const finding = {
  ...{ scenario: "joins", seed: 7, place: "UV_THREADPOOL_SIZE=1, duckdbThreads 2", id: "J4" },
  ...{ message: "job 3 is stuck", timeline: ["the claim"] },
};
const found = { ...clean, findings: [finding], upperBound: null };
const lift = { seed: 7, id: "J4", tries: 1, seconds: 0.34, steps: 63, followed: 61, plain: false };

test("a finding ends with the command that runs its seed again, at the place where it was", () => {
  expect(renderStress(found, undefined).split("\n").slice(-4)).toEqual([
    "J4 in joins, seed 7 (UV_THREADPOOL_SIZE=1, duckdbThreads 2): job 3 is stuck",
    "  the claim",
    "bench races --level L2 --scenario joins --seed 7 --seeds 1",
    "",
  ]);
  expect(renderStress(found, "postgres://a@b/c")).toContain("--store postgres://a@b/c --scenario");
});

test("a finding that was not lifted says so, and keeps its command", () => {
  const lifts = [{ ...lift, tries: 200, seconds: 30, violation: null }];
  expect(
    renderStress({ ...found, lifts }, undefined)
      .split("\n")
      .slice(-3),
  ).toEqual([
    "  seen in real time only; not lifted in 200 tries (30.0 s)",
    "bench races --level L2 --scenario joins --seed 7 --seeds 1",
    "",
  ]);
});

test("a finding that was lifted ends with the line that replays its schedule", () => {
  const { id, message, timeline } = finding;
  const violation = {
    ...{ scenario: "joins", seed: 7, strategy: "lifted", seedLine: "rq1:joins:AAAA" },
    findings: [{ id, message, timeline }],
    ...{ shrunk: null, testFile: "lifted-1-J4.test.mjs" },
  };
  const lifts = [{ ...lift, violation }];
  expect(
    renderStress({ ...found, lifts }, undefined)
      .split("\n")
      .slice(-9),
  ).toEqual([
    "  lifted into a schedule in 1 try (0.3 s), which took 61 of 63 recorded steps",
    "bench races --level L2 --scenario joins --seed 7 --seeds 1",
    "",
    "J4  job 3 is stuck",
    "  in joins, seed 7 (lifted)",
    "  the claim",
    "  test: lifted-1-J4.test.mjs (to be put into a project that has quackmark, and run with node --test)",
    "bench races --replay rq1:joins:AAAA",
    "",
  ]);
});
