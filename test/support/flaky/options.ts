/** Options of `bench flaky` as its tests need them. */
import type { FlakyOptions } from "../../../src/races/flaky/options.ts";
import { CAREFUL_PLAN } from "../../../src/stats/sprt.ts";

/** Ten runs of a command that nobody knows, changed by `changes`. */
export function flakyOptions(changes: Partial<FlakyOptions>): FlakyOptions {
  return {
    command: ["./check"],
    rule: { kind: "fixed", runs: 10 },
    plan: CAREFUL_PLAN,
    report: null,
    usageExitCode: null,
    testRunner: "other",
    shuffle: false,
    seed: 1,
    runLimitMs: 60_000,
    testLimitMs: null,
    margin: false,
    classify: false,
    armRuns: 50,
    ...changes,
  };
}
