import { expect, test } from "vitest";
import { summaryLines } from "../../../src/report/summary-text.ts";
import type { Result } from "../../../src/results/result.ts";
import { buildResult, okCell } from "../../support/results/build-result.ts";
import {
  defaultRun,
  nothingMeasured,
  oneTrial,
  sizeSweep,
} from "../../support/results/fixtures.ts";

const said = (result: Result, label: string): string | undefined =>
  summaryLines(result, "results/runs/x").find((line) => line.label === label)?.text;

test("the headline names the winner, its rate, what it did and how far ahead it is", () => {
  expect(said(defaultRun(), "Fastest way in")).toBe(
    "appender, 812,000 rows/s ±3 % (8 trials); 250,000 rows in 308 ms; 1.78x unnest, 2.4x temp-table, 3.1x values",
  );
  expect(said(defaultRun(), "Not finished")).toBe("submit: 1 cut at the time limit, of 9 cells");
});

test("a tie is called one", () => {
  expect(said(defaultRun(), "Fastest drain")).toBe(
    "claim batch 5,000, notify, 66,200 jobs/s ±4 % (8 trials); 100,000 jobs in 1.51 s; 3.1x claim batch 100; within noise of claim batch 1,000, notify",
  );
});

test("a sweep leads with the largest size and tells where the winner changes", () => {
  expect(said(sizeSweep(), "Fastest way in")).toBe(
    "appender, 809,000 rows/s ±3 % (8 trials) at DAG size 1,000,000; 2,500,000 rows in 3.09 s; 1.78x unnest, 3.1x values",
  );
  expect(said(sizeSweep(), "By DAG size")).toBe(
    "1,000: values, chunk size 1,000; 10,000 to 1,000,000: appender",
  );
});

test("work at different rates has no best of all", () => {
  const cells = [500, 1000].map((arrivalRate) =>
    okCell({
      scenario: "load",
      parameters: { arrivalRate },
      metrics: { latencyMsP99: arrivalRate / 10 },
      trials: 1,
    }),
  );
  expect(said(buildResult(cells), "Best in load")).toBeUndefined();
  expect(said(buildResult(cells.slice(0, 1)), "Best in load")).toBe("50 ms (1 trial, no interval)");
});

test("one trial is not dressed up as more", () => {
  expect(said(oneTrial(), "Fastest way in")).toBe(
    "210,000 rows/s (1 trial, no interval); 2,500 rows in 11.9 ms",
  );
});

test("a replay is told beside its critical path and its record", () => {
  const metrics = {
    makespanToPath: 1.07,
    makespanMs: 856,
    criticalPathMs: 800,
    makespanToRecorded: 0.4,
  };
  const cell = { ...okCell({ parameters: {}, metrics, trials: 1 }), scenario: "replay" };
  const result = buildResult([cell]);
  const scenarios = [
    { name: "replay", question: "How close?", metrics: ["makespanToPath", "makespanMs"] },
  ];
  expect(said({ ...result, scenarios }, "Closest to the path")).toBe(
    "1.07x (1 trial, no interval); 856 ms for a critical path of 800 ms, 0.40x of what the trace recorded",
  );
});

test("nothing measured is said in words", () => {
  expect(said(nothingMeasured(), "Fastest way in")).toBe("nothing was measured");
  expect(said(nothingMeasured(), "Checked")).toBe("no trial to verify");
});

test("a wrong answer is shown with its first row", () => {
  const good = okCell({ parameters: {}, metrics: { submitRowsPerS: 1 }, trials: 2 });
  const [first, second] = good.trials;
  const checks = first?.checks;
  if (first === undefined || second === undefined || !checks) throw new Error("fixture");
  const wrong = { ...first, checks: { ...checks, violations: ["job 7 was done twice"] } };
  expect(said(buildResult([{ ...good, trials: [wrong, second] }]), "Checked")).toBe(
    "2 of 2 trials reopened and verified, 1 WRONG: job 7 was done twice",
  );
});

test("machine, run and folder are always told", () => {
  expect(said(oneTrial(), "Machine")).toBe(
    "AMD EPYC 9R14, 2 cores, 25.2 GB, linux x64, node 20.20.2, duckdb 1.5.6, quackmark 0.1.0 (4f2a9c1), fsync 1.23 ms",
  );
  expect(said(oneTrial(), "Run")).toBe(
    "20250301-120000-a1b2, durability full, store duckdb, seed 42, 108 s, verdict ok",
  );
  expect(said(oneTrial(), "Saved in")).toBe("results/runs/x");
});
