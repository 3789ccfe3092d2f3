/**
 * Builds result files with realistic numbers, for everything that reads results.
 *
 * The same arguments give the same result: the spread between trials is a fixed pattern and not
 * random, so that tests can expect exact text.
 */
import type { Finding } from "../../../src/results/finding.ts";
import { METRICS } from "../../../src/results/metric.ts";
import type {
  Cell,
  MetricSummary,
  ParameterValue,
  Result,
  Trial,
} from "../../../src/results/result.ts";

/** Deviations from the median in units of the spread; the median of any first n is close to 0. */
const SPREAD_PATTERN = [0, -0.6, 0.7, -1, 1, 0, -0.3, 0.5, -0.8, 0.9, -0.1, 0.4];

/** One cell to build. */
export interface CellPlan {
  readonly scenario?: string;
  readonly parameters: Record<string, ParameterValue>;
  /** Medians of the metrics. */
  readonly metrics: Record<string, number>;
  /** Trials, up to 12; 8 by default. */
  readonly trials?: number;
  /** Largest deviation of a trial from the median, as a share; 0.03 by default. */
  readonly spread?: number;
}

/** A complete, checked cell. */
export function okCell(plan: CellPlan): Cell {
  const { scenario = "submit", parameters, metrics, trials: count = 8, spread = 0.03 } = plan;
  const trials = SPREAD_PATTERN.slice(0, count).map((deviation, order) =>
    trial(order, metrics, deviation * spread),
  );
  return { scenario, parameters, status: "ok", trials, summary: summarize(trials) };
}

/** A cell whose trials were all cut at 30 s. */
export function censoredCell(
  parameters: Record<string, ParameterValue>,
  rowsDone: number,
  scenario = "submit",
): Cell {
  const trials = [{ ...trial(0, {}, 0), checks: null, censored: { limitMs: 30_000, rowsDone } }];
  return { scenario, parameters, status: "censored", trials, summary: {} };
}

/** A cell that has no trial. */
export function emptyCell(
  status: "failed" | "skipped",
  parameters: Record<string, ParameterValue>,
  reason: string,
  scenario = "submit",
): Cell {
  return { scenario, parameters, status, reason, trials: [], summary: {} };
}

/** A whole result around some cells. */
export function buildResult(
  cells: readonly Cell[],
  overrides: Partial<Omit<Result, "cells">> = {},
): Result {
  return {
    schemaVersion: 1,
    id: "20250301-120000-a1b2",
    startedAt: "2025-03-01T12:00:00.000Z",
    finishedAt: "2025-03-01T12:01:48.000Z",
    command: ["run", "--dag-size", "100000"],
    seed: 42,
    environment: {
      cpu: "AMD EPYC 9R14",
      cores: 2,
      memoryBytes: 25_200_000_000,
      platform: "linux x64",
      node: "20.20.2",
      duckdb: "1.5.6",
      quackmark: "0.1.0",
      commit: "4f2a9c1e8b7d6c5a4f3e2d1c0b9a8f7e6d5c4b3a",
      dirty: false,
      fsyncMs: 1.2345,
      fingerprint: "c0ffee",
    },
    durability: "full",
    store: "duckdb",
    config: { claimBatch: 1000 },
    cells: [...cells],
    findings: [],
    verdict: "ok",
    ...overrides,
  };
}

/** A finding with defaults. */
export function finding(overrides: Partial<Finding> & Pick<Finding, "kind">): Finding {
  return { evidence: "evidence", advice: "advice", ...overrides };
}

function trial(order: number, metrics: Record<string, number>, deviation: number): Trial {
  const { jobs = 0, edges = 0 } = metrics;
  const values = Object.entries(metrics).map(([name, median]) => [
    name,
    measured(name, median, deviation),
  ]);
  return {
    order,
    metrics: Object.fromEntries(values),
    checks: {
      jobs,
      edges,
      doneOnce: null,
      ordered: null,
      checksum: "9e3779b97f4a7c15",
      violations: [],
    },
    environment: { cpuPressurePct: 1.5, stealPct: 0, involuntarySwitches: 12 },
  };
}

/** Counts stay whole, deterministic metrics stay the same, and times go against rates. */
function measured(name: string, median: number, deviation: number): number {
  const known = Object.entries(METRICS).find(([metric]) => metric === name)?.[1];
  if (known === undefined || known.deterministic) return median;
  const value = known.better === "lower" ? median / (1 + deviation) : median * (1 + deviation);
  return known.unit === "count" || known.unit === "bytes" ? Math.round(value) : value;
}

/** Median with the widest order-statistic interval: 95 % or more from 6 trials up. */
function summarize(trials: readonly Trial[]): Record<string, MetricSummary> {
  const names = new Set(trials.flatMap(({ metrics }) => Object.keys(metrics)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = trials.flatMap(({ metrics }) => metrics[name] ?? []).sort((a, b) => a - b);
      const middle = values.length / 2;
      const median = ((values[Math.ceil(middle) - 1] ?? 0) + (values[Math.floor(middle)] ?? 0)) / 2;
      const enough = values.length >= 6;
      return [
        name,
        {
          median,
          ciLow: enough ? (values[0] ?? null) : null,
          ciHigh: enough ? (values.at(-1) ?? null) : null,
          n: values.length,
        },
      ];
    }),
  );
}
