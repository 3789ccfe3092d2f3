/** The figures of a hunt, counted by hand. */
import { expect, test } from "vitest";
import { renderMutants } from "../../../src/report/races/render-mutants.ts";
import { huntFigures, liftFigures, sightsOf } from "../../../src/results/mutants-figures.ts";
import type { MutantsResult } from "../../../src/results/mutants-result.ts";
import { buildResult } from "../../support/results/build-result.ts";

type Row = MutantsResult["mutants"][number];

const row = (id: string, expects: string[], found: string | null, rest: Partial<Row>): Row => ({
  id,
  title: `what ${id} breaks`,
  expects,
  found,
  message: null,
  right: found === null ? expects.length === 0 : expects.includes(found),
  rootSeeds: 1,
  runs: 10,
  seconds: 1,
  scenario: null,
  strategy: null,
  level: null,
  seedLine: null,
  shrunk: null,
  survey: { runs: 0, levels: [], strategies: [] },
  ...rest,
});

const seen = (walk: number, pct2: number): Row["survey"] => ({
  runs: 30,
  levels: [],
  strategies: [
    { name: "walk", runs: 20, violations: walk },
    { name: "pct2", runs: 10, violations: pct2 },
  ],
});

const HUNT: MutantsResult = {
  schemaVersion: 2,
  kind: "race-mutants",
  id: "hunt",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-01T01:00:00.000Z",
  environment: buildResult([]).environment,
  firstSeed: 1,
  rootSeeds: 20,
  surveySeeds: 5,
  mutants: [
    // Not found: its survey is the hunt itself.
    row("B01", [], null, { runs: 300, survey: { ...seen(0, 0), runs: 300 } }),
    row("B02", [], "F4", { runs: 7 }),
    row("M01", ["O1"], "O1", { seconds: 1, survey: seen(3, 0) }),
    row("M02", ["O4"], "J4", { seconds: 2, survey: seen(1, 2) }),
    row("M03", ["O4"], "O4", { seconds: 9, survey: seen(0, 0) }),
    row("M04", ["C1"], null, {}),
  ],
  ended: "all",
};

test("a hunt is judged by its faults and its harmless changes, and no run is counted twice", () => {
  const { foundShare, ...figures } = huntFigures(HUNT);
  expect(figures).toEqual({
    faults: 4,
    found: 3,
    named: 2,
    missing: ["M04"],
    seconds: 2,
    harmless: 2,
    alarms: ["B02"],
    harmlessRuns: 307,
  });
  expect(foundShare?.low).toBeCloseTo(0.194, 3);
});

test("a schedule is told with what it sees, and what it alone sees", () => {
  expect(sightsOf(HUNT, "strategies")).toEqual([
    { name: "pct2", seen: 1, alone: [], runs: 30, violations: 2 },
    { name: "walk", seen: 2, alone: ["M01"], runs: 60, violations: 4 },
  ]);
});

test("the command prints these figures", () => {
  const text = renderMutants(HUNT);
  expect(text).toContain("Found: 3 of 4 within 20 root seeds");
  expect(text).toContain("with an expected anomaly first 2; median 2.0 s");
  expect(text).toContain("False alarms: 1 of 2 benign mutants in 307 runs");
  expect(text).toContain("walk       2 of 4 faults");
});

test("of lifted findings it is told how many needed no second try, and how many needed an order", () => {
  const lift = (tries: number, lifted: boolean, plain: boolean): Partial<Row> => ({
    lift: {
      ...{ seed: 1, id: "O1", steps: 9, followed: 9 },
      tries,
      seconds: tries / 2,
      lifted,
      plain,
    },
    shrunk: lifted
      ? {
          ...{
            jobs: 1,
            workers: 1,
            preemptions: 0,
            runs: 9,
            seconds: 1,
            seedLine: "rq1:joins:AAAA",
          },
          ...{ replayed: tries === 1 ? 20 : 19, replays: 20 },
        }
      : null,
  });
  const mutants = [
    row("M01", ["O1"], "O1", lift(1, true, true)),
    row("M02", ["O1"], "O1", lift(4, true, false)),
    row("M03", ["O1"], "O1", lift(200, false, false)),
    row("M04", ["O1"], null, {}),
  ];
  expect(liftFigures({ ...HUNT, mutants })).toEqual({
    ...{ tried: 3, lifted: 2, atOnce: 1, byOrder: 1 },
    ...{ mostTries: 4, mostSeconds: 2, steady: 1 },
  });
  expect(liftFigures(HUNT)).toBeNull();
});
