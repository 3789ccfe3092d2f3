/**
 * What `bench tune` measures for each setting: the search, the shorter check, and the work that has no part
 * in the search. Sizes are small enough for minutes and large enough to stand out from the noise.
 */

/** `tune` searches; `check` only compares the shipped values with their rivals. */
export type TuneMode = "tune" | "check";

/** A setting that splits submissions by size. */
interface ThresholdStudy {
  readonly kind: "threshold";
  readonly small: string;
  readonly large: string;
  readonly picksLarge: (rows: number, threshold: number) => boolean;
}

/** A setting whose best value is searched among some. */
interface ValueStudy {
  readonly kind: "value";
  readonly scenario: string;
  readonly parameter: string;
  readonly values: Readonly<Record<TuneMode, readonly number[]>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** One value serves all of these: its cost is the geometric mean over them. */
  readonly serves: { readonly parameter: string; readonly values: readonly string[] } | null;
  readonly heldOut: readonly Readonly<Record<string, string>>[];
}

/** The backstop poll. */
interface PollStudy {
  readonly kind: "poll";
  readonly values: Readonly<Record<TuneMode, readonly number[]>>;
  readonly jobs: number;
  readonly arrivalRate: number;
  /** How long a trial watches a queue to which nothing comes. */
  readonly idleMs: number;
}

/** One setting and how it is studied. */
export interface Study {
  readonly setting: string;
  readonly unit: string;
  readonly question: string;
  /** The cost that decides; lower is better. */
  readonly metric: string;
  /** The founding memo's number. */
  readonly memo: number | null;
  readonly how: ThresholdStudy | ValueStudy | PollStudy;
}

/** Jobs of the submissions that thresholds are searched with; a random DAG has about 1.5 edges a job. */
export const SWEEP_SIZES: Readonly<Record<TuneMode, readonly number[]>> = {
  tune: [2, 10, 100, 1_000, 10_000],
  check: [2, 4_000],
};

/** The shape of the search, and others that it says nothing of. */
export const SEARCH_SHAPE = "random";

/** Shapes and sizes on which thresholds are confirmed. */
export const HELD_OUT_SWEEPS: readonly { readonly shape: string; readonly dagSize: number }[] = [
  { shape: "layered", dagSize: 300 },
  { shape: "fan-out", dagSize: 3_000 },
];

/** All studies of the embedded store, in the order in which they are measured. */
export const STUDIES: readonly Study[] = [
  {
    setting: "appenderThreshold",
    unit: "rows",
    question: "From how many rows on does the appender beat VALUES?",
    metric: "submitMs",
    memo: null,
    how: {
      kind: "threshold",
      small: "values",
      large: "appender",
      picksLarge: (rows, threshold) => rows >= threshold,
    },
  },
  {
    setting: "valuesThreshold",
    unit: "rows",
    question: "Above how many rows does a temp table beat VALUES, where the appender is ruled out?",
    metric: "submitMs",
    memo: 2_000,
    how: {
      kind: "threshold",
      small: "values",
      large: "temp-table",
      picksLarge: (rows, threshold) => rows > threshold,
    },
  },
  {
    setting: "dependencyChunkSize",
    unit: "rows",
    question: "How many rows should one VALUES statement carry?",
    metric: "submitMs",
    memo: 1_000,
    how: {
      kind: "value",
      scenario: "submit",
      parameter: "chunkSize",
      values: { tune: [50, 100, 200, 500, 1_000, 2_000, 5_000], check: [100, 1_000, 5_000] },
      parameters: { shape: SEARCH_SHAPE, dagSize: "5000" },
      serves: { parameter: "strategy", values: ["values", "temp-table"] },
      heldOut: [
        { shape: "layered", dagSize: "2000" },
        { shape: "fan-out", dagSize: "10000" },
      ],
    },
  },
  {
    setting: "claimBatch",
    unit: "jobs",
    question: "How many jobs should one claim take at most?",
    metric: "drainMs",
    memo: null,
    how: {
      kind: "value",
      scenario: "drain",
      parameter: "claimBatch",
      values: { tune: [100, 300, 1_000, 3_000, 10_000], check: [300, 1_000, 3_000] },
      parameters: { shape: SEARCH_SHAPE, dagSize: "20000", wake: "notify" },
      serves: null,
      heldOut: [
        { shape: "layered", dagSize: "10000" },
        { shape: "fan-in", dagSize: "40000" },
      ],
    },
  },
  {
    setting: "pollIntervalMs",
    unit: "ms",
    question: "How often should an idle worker look for work that no notice told it of?",
    metric: "wakeMsP99",
    memo: 1_000,
    how: {
      kind: "poll",
      values: { tune: [1, 5, 20, 100, 1_000], check: [20, 1_000] },
      jobs: 80,
      arrivalRate: 40,
      idleMs: 500,
    },
  },
];

/** Those of the PostgreSQL store. */
export const POSTGRES_STUDIES: readonly Study[] = [
  {
    setting: "copyThreshold",
    unit: "rows",
    question: "From how many rows on does COPY beat unnest?",
    metric: "submitMs",
    memo: null,
    how: {
      kind: "threshold",
      small: "unnest",
      large: "copy",
      picksLarge: (rows, threshold) => rows >= threshold,
    },
  },
];
