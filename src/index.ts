/** The harness's public names. */
export { METRICS, type Metric, type MetricName } from "./results/metric.ts";
export { type Cell, type Result, resultSchema, type Trial } from "./results/result.ts";
export { type PlannedCell, type RunPlan, runScenarios } from "./runner/run-scenarios.ts";
