/** Named results: what `bench run` gives in its usual and its worst cases. */
import type { Cell, Latency, ParameterValue, Result } from "../../../src/results/result.ts";
import { buildResult, censoredCell, emptyCell, finding, okCell } from "./build-result.ts";

/** Rows per second, longest SQL text and bound parameters of each strategy at 100,000 jobs. */
const STRATEGIES: Readonly<Record<string, readonly [number, number, number]>> = {
  appender: [812_000, 0, 0],
  unnest: [455_000, 412, 8],
  "temp-table": [338_000, 24_000, 8_000],
  values: [262_000, 24_000, 8_000],
  row: [9_420, 140, 8],
};

const RANDOM_EDGES_PER_JOB = 1.5;

/** The chart and table case: `bench run --dag-size 100000` with all default cells, one of them cut. */
export function defaultRun(): Result {
  return buildResult([...defaultSubmitCells(100_000), ...defaultDrainCells(100_000)], {
    findings: [
      finding({
        kind: "censored",
        scenario: "submit",
        cell: { strategy: "row" },
        evidence: "cut at 30 s with 249,000 of 250,000 rows done",
        advice: "raise --max-trial-time to see it finish",
      }),
      finding({
        kind: "noisy-host",
        evidence: "CPU pressure above 10 % in 3 of 118 trials",
        advice: "stop other work on this machine and run again",
      }),
    ],
  });
}

/** Parameters of a cell of known size. */
type WorkParameters = Record<string, ParameterValue> & { readonly dagSize: number };

/** Five strategies and the default chunk sizes at one DAG size; `row` is cut. */
function defaultSubmitCells(jobs: number): readonly Cell[] {
  const cell = (strategy: string, chunkSize?: number): Cell => {
    const [rowsPerS = 0, sql = 0, bound = 0] = STRATEGIES[strategy] ?? [];
    const effect = chunkSize === undefined ? 1 : chunkEffect(chunkSize);
    return submitCell(
      { shape: "random", dagSize: jobs, strategy, ...(chunkSize ? { chunkSize } : {}) },
      rowsPerS * effect,
      { sql: chunkSize ? 24 * chunkSize : sql, bound: chunkSize ? 8 * chunkSize : bound },
    );
  };
  return [
    cell("appender"),
    cell("unnest"),
    ...[100, 1000, 5000].map((chunkSize) => cell("values", chunkSize)),
    ...[100, 1000, 5000].map((chunkSize) => cell("temp-table", chunkSize)),
    censoredCell({ shape: "random", dagSize: jobs, strategy: "row" }, 123_456),
  ];
}

function submitCell(
  parameters: WorkParameters,
  rowsPerS: number,
  sizes: { sql: number; bound: number } = { sql: 24_000, bound: 8_000 },
  trials = 8,
): Cell {
  const jobs = Number(parameters.dagSize);
  const edges = Math.round(jobs * RANDOM_EDGES_PER_JOB);
  return okCell({
    parameters,
    trials,
    metrics: {
      jobs,
      edges,
      submitRowsPerS: rowsPerS,
      submitMs: ((jobs + edges) / rowsPerS) * 1000,
      statementBytesMax: sizes.sql,
      parametersMax: sizes.bound,
      peakRssBytes: 148_000_000 + jobs * 900,
    },
  });
}

/** Small chunks pay for round trips, very large ones for parsing. */
function chunkEffect(chunkSize: number): number {
  return chunkSize <= 1000
    ? 0.4 + 0.2 * Math.log10(chunkSize)
    : 1.33 - 0.11 * Math.log10(chunkSize);
}

/** Claim batches with notices, and polling at the default batch. */
function defaultDrainCells(jobs: number): readonly Cell[] {
  const work = { shape: "random", dagSize: jobs, workers: 1 };
  const batches = [100, 1000, 5000].map((claimBatch) =>
    drainCell(
      { ...work, claimBatch, concurrency: claimBatch, wake: "notify" },
      { 100: 21_400, 1000: 61_300, 5000: 66_200 }[claimBatch] ?? 0,
    ),
  );
  const polls = [10, 100, 1000].map((pollInterval) =>
    drainCell(
      { ...work, claimBatch: 1000, concurrency: 1000, wake: "poll", pollInterval },
      { 10: 48_700, 100: 8_930, 1000: 984 }[pollInterval] ?? 0,
    ),
  );
  return [...batches, ...polls];
}

function drainCell(
  parameters: WorkParameters & { readonly claimBatch: number },
  jobsPerS: number,
): Cell {
  const jobs = Number(parameters.dagSize);
  const batch = Number(parameters.claimBatch);
  const drainMs = (jobs / jobsPerS) * 1000;
  return okCell({
    scenario: "drain",
    parameters,
    spread: 0.04,
    metrics: {
      jobs,
      drainJobsPerS: jobsPerS,
      drainMs,
      commits: (2 * jobs) / batch,
      polls: jobs / batch + 7,
      queueWaitMsP99: drainMs * 0.93,
      cpuS: 1.1 + jobs / 90_000,
      peakRssBytes: 210_000_000 + jobs * 600,
    },
  });
}

/** A sweep over sizes: four strategies from 1,000 to 1,000,000 jobs; the winner changes with the size. */
export function sizeSweep(): Result {
  const sizes = [1000, 10_000, 100_000, 1_000_000];
  const cells = sizes.flatMap((dagSize) => [
    submitCell(
      { shape: "random", dagSize, strategy: "appender" },
      812_000 * (dagSize / (dagSize + 4000)),
    ),
    submitCell(
      { shape: "random", dagSize, strategy: "unnest" },
      455_000 * (dagSize / (dagSize + 900)),
    ),
    submitCell({ shape: "random", dagSize, strategy: "values", chunkSize: 1000 }, 262_000),
    dagSize > 100_000
      ? censoredCell({ shape: "random", dagSize, strategy: "row" }, 281_000)
      : submitCell({ shape: "random", dagSize, strategy: "row" }, 9_420),
  ]);
  return buildResult(cells);
}

/** One cell with one trial: no interval, no winner, no rival. */
export function oneTrial(): Result {
  return buildResult([
    submitCell(
      { shape: "random", dagSize: 1000, strategy: "appender" },
      210_000,
      { sql: 0, bound: 0 },
      1,
    ),
  ]);
}

/** Nothing that can be ranked: a failed and a skipped cell. */
export function nothingMeasured(): Result {
  return buildResult(
    [
      emptyCell("failed", { dagSize: 1000, strategy: "values" }, "Out of Memory Error: 24 MiB"),
      emptyCell("skipped", { dagSize: 1000, strategy: "row" }, "the budget of 110 s ended"),
    ],
    { verdict: "nothing-measured" },
  );
}

/** 50 series: five strategies by ten chunk sizes, at one size or at several. */
export function manySeries(sizes: readonly number[]): Result {
  const chunkSizes = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
  const cells = sizes.flatMap((dagSize) =>
    Object.entries(STRATEGIES).flatMap(([strategy, [rowsPerS]]) =>
      chunkSizes.map((chunkSize) =>
        submitCell(
          { shape: "random", dagSize, strategy, chunkSize },
          rowsPerS * chunkEffect(chunkSize) * (dagSize / (dagSize + 3 * chunkSize)),
        ),
      ),
    ),
  );
  return buildResult(cells);
}

/** An open load at two rates, with latency percentiles: six trials each, 10 % apart at the most. */
export function loadRun(): Result {
  const cells = [1000, 4000].map((arrivalRate): Cell => {
    const scale = arrivalRate / 1000;
    const cell = okCell({
      scenario: "load",
      parameters: { arrivalRate, duration: 1500, arrivals: "poisson", workers: 1 },
      trials: 6,
      metrics: { latencyMsP99: 9 * scale, latencyMsP50: 2 * scale, completedJobsPerS: arrivalRate },
    });
    const trials = cell.trials.map((trial, place) => ({
      ...trial,
      latencies: { latencyMs: latency(1.5 * arrivalRate, scale * (0.9 + 0.04 * place)) },
    }));
    return { ...cell, trials };
  });
  return buildResult(cells, {
    scenarios: [
      {
        name: "load",
        question: "Which latency do jobs see that arrive at a given rate?",
        metrics: ["latencyMsP99", "latencyMsP50", "completedJobsPerS"],
        chartX: "arrivalRate",
      },
    ],
  });
}

/** Latencies that double with every step of rarity. */
function latency(count: number, scale: number): Latency {
  const shown = [0, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];
  return {
    count,
    percentiles: shown.map((percentile, step) => [
      percentile,
      Number((scale * 2 ** (step - 1)).toPrecision(6)),
    ]),
    histogram: "",
  };
}
