/** A saved campaign: 300 shuffled runs in which one of two tests failed three times. */
import { FLAKY_SCHEMA_VERSION, type FlakyResult } from "../../../src/results/flaky-result.ts";
import { exactLowerBound, exactUpperBound, wilsonInterval } from "../../../src/stats/intervals.ts";
import { CAREFUL_PLAN } from "../../../src/stats/sprt.ts";

const RUNS = 300;
const FAILED_RUNS = [12, 50, 200];
const SEED = 100;

/** The campaign, changed by `changes`. */
export function flakyResult(changes: Partial<FlakyResult> = {}): FlakyResult {
  return {
    schemaVersion: FLAKY_SCHEMA_VERSION,
    kind: "flaky",
    id: "20260101-000000-0000",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:05:00.000Z",
    command: ["npx", "vitest", "run"],
    environment: {
      cpu: "a CPU",
      cores: 2,
      memoryBytes: 4e9,
      platform: "linux x64",
      node: "20.20.0",
      duckdb: "1.5.6",
      quackmark: "0.1.0",
      commit: null,
      dirty: false,
      fsyncMs: 1,
      fingerprint: "0123456789abcdef",
    },
    rule: { kind: "fixed", runs: RUNS },
    plan: CAREFUL_PLAN,
    shuffled: true,
    seed: SEED,
    runs: Array.from({ length: RUNS }, (_, i) => ({
      run: i + 1,
      seed: SEED + i,
      outcome: FAILED_RUNS.includes(i + 1) ? "failed" : "passed",
      exitCode: FAILED_RUNS.includes(i + 1) ? 1 : 0,
      signal: null,
      durationMs: 900,
    })),
    targets: [
      target("command", "the whole command", "flaky", FAILED_RUNS, 900, 1100),
      target("test", "a.test.ts > waits", "flaky", FAILED_RUNS, 10, 90),
      target("test", "a.test.ts > adds", "stable", [], 2, 3),
      { ...target("test", "a.test.ts > rests", "inconclusive", [], 0, 0), ...SKIPPED },
    ],
    clusters: [],
    findings: [],
    margin: null,
    classification: null,
    verdict: "flaky",
    ended: "rule",
    ...changes,
  };
}

type Target = FlakyResult["targets"][number];

const SKIPPED: Partial<Target> = {
  runs: 0,
  skipped: RUNS,
  interval: null,
  bounds: null,
  medianMs: null,
  longestMs: null,
};

function target(
  kind: Target["kind"],
  name: string,
  verdict: Target["verdict"],
  failedRuns: readonly number[],
  medianMs: number,
  longestMs: number,
): Target {
  const failures = failedRuns.length;
  const [run] = failedRuns;
  return {
    kind,
    name,
    verdict,
    runs: RUNS,
    failures,
    retried: 0,
    skipped: 0,
    missing: 0,
    failedRuns: [...failedRuns],
    retriedRuns: [],
    interval: wilsonInterval(failures, RUNS),
    bounds: { low: exactLowerBound(failures, RUNS), high: exactUpperBound(failures, RUNS) },
    decidedAtRun: null,
    medianMs,
    longestMs,
    nearMisses: null,
    firstFailure:
      run === undefined
        ? null
        : { run, seed: SEED + run - 1, message: "Error: late\n    at a.test.ts:3" },
  };
}
