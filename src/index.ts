/** The harness's public names. */
export { InputError, QuackmarkError } from "./lib/errors.ts";
export type { RaceFinding } from "./races/campaign/judge.ts";
export { replayRace } from "./races/replay-race.ts";
export { METRICS, type Metric, type MetricName } from "./results/metric.ts";
export { type Cell, type Result, resultSchema, type Trial } from "./results/result.ts";
export { readResult, writeResult } from "./results/result-file.ts";
export { planRun, type RunIdentity, type RunOptions } from "./runner/plan-run.ts";
export type { PlannedCell, RunPlan } from "./runner/run-plan.ts";
export { type RunHooks, type RunProgress, ScenarioRun } from "./runner/run-scenarios.ts";
export type { CellParameters } from "./scenario/expand-cells.ts";
export type { ParameterValue, WorkloadName } from "./scenario/workload.ts";
