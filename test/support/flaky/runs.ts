/** Runs and outcomes as the tests of `bench flaky` need them: all is well unless they say otherwise. */
import type { RunRecord, TestOutcome, TestStatus } from "../../../src/races/flaky/outcome.ts";

/** A run that passed, without a report, changed by `changes`. */
export function run(changes: Partial<RunRecord>): RunRecord {
  return {
    exitCode: 0,
    signal: null,
    timedOut: false,
    durationMs: 100,
    seed: null,
    tests: null,
    reportProblem: null,
    output: null,
    slowdown: 1,
    ...changes,
  };
}

/** A test's outcome; what failed says so. */
export function outcome(name: string, status: TestStatus): TestOutcome {
  const failed = status === "failed" || status === "retried";
  return {
    kind: "test",
    name,
    status,
    durationMs: status === "skipped" ? null : 10,
    message: failed ? `${name} failed` : null,
  };
}
