/** Makes a result file of a large sweep for `bench-reports.ts`: figures, latencies and samples as real trials have them. */
import { METRICS } from "../src/results/metric.ts";
import type { Cell, Environment, Result, Trial } from "../src/results/result.ts";
import { summarizeTrials } from "../src/results/summarize.ts";
import { LatencyHistogram, SHOWN_PERCENTILES } from "../src/stats/histogram.ts";

/** Strategies and chunk sizes make the cells: fifty lines in one chart. */
const STRATEGIES = ["appender", "unnest", "temp-table", "values", "row"];
const CHUNKS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** Values of one latency of a trial, and samples of its backlog. */
const LATENCIES = 1000;
const SAMPLES = 20;

/** A result of `trials` trials in fifty cells; `random` gives numbers from 0 to below 1. */
export function largeResult(
  trials: number,
  environment: Environment,
  random: () => number,
): Result {
  const each = Math.ceil(trials / (STRATEGIES.length * CHUNKS.length));
  let order = 0;
  const cells = STRATEGIES.flatMap((strategy, place) =>
    CHUNKS.map((chunkSize): Cell => {
      const all = Array.from({ length: each }, () => trialOf(order++, (place + 1) * 100, random));
      return {
        scenario: "submit",
        parameters: { shape: "random", dagSize: 10_000, strategy, chunkSize },
        status: "ok",
        trials: all,
        summary: summarizeTrials(all),
      };
    }),
  );
  const startedAt = "2025-03-01T12:00:00.000Z";
  return {
    schemaVersion: 1,
    id: "20250301-120000-b1g0",
    startedAt,
    finishedAt: "2025-03-01T14:00:00.000Z",
    command: ["bench", "run", "submit", "--trials", String(each)],
    seed: 1,
    environment,
    durability: "full",
    store: "duckdb",
    config: {},
    scenarios: [
      {
        name: "submit",
        question: "How should a DAG's jobs and dependencies reach the queue?",
        metrics: ["submitRowsPerS", "submitMs", "latencyMsP99"],
      },
    ],
    cells,
    findings: [],
    verdict: "ok",
  };
}

function trialOf(order: number, level: number, random: () => number): Trial {
  const noise = (): number => level * (1 + 0.2 * random());
  const histogram = LatencyHistogram.empty();
  for (let i = 0; i < LATENCIES; i++) histogram.record(noise());
  return {
    order,
    metrics: Object.fromEntries(Object.keys(METRICS).map((name) => [name, noise()])),
    latencies: {
      latencyMs: {
        count: LATENCIES,
        percentiles: SHOWN_PERCENTILES.map((p) => [p, histogram.percentileMs(p)]),
        histogram: histogram.encode(),
      },
    },
    series: { backlogJobs: Array.from({ length: SAMPLES }, (_, i) => [i * 50, noise()]) },
    checks: {
      jobs: 10_000,
      edges: 15_000,
      doneOnce: null,
      ordered: null,
      checksum: "9e3779b97f4a7c15",
      violations: [],
    },
    environment: { cpuPressurePct: random(), stealPct: 0, involuntarySwitches: 3 },
  };
}
