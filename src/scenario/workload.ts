/**
 * What scenarios can ask for: the closed list of workloads, the parameters that each takes, and the
 * widest choice of each parameter. A scenario file declares a part of these choices.
 */
import { MAX_DAG_NODES } from "./dag-shape.ts";
import { SHAPE_NAMES } from "./generate-dag.ts";

/** A value of a parameter: a number in the parameter's unit, or a name. */
export type ParameterValue = number | string;

/** What is verified of a completed trial; see the result's `checks`. */
export const CHECK_NAMES = ["rowCounts", "checksum", "doneOnce", "ordered"] as const;

/** The name of a check. */
export type CheckName = (typeof CHECK_NAMES)[number];

/** The values that a parameter can take: some names, or the whole numbers of a range, or both. */
export interface ParameterChoice {
  readonly values?: readonly ParameterValue[] | undefined;
  /** Both ends are in the range. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
}

/** One kind of measured program. */
export interface Workload {
  /** Parameters that a scenario of this workload must declare. */
  readonly required: readonly string[];
  /** Parameters that it may declare; the engine's default holds where it does not. */
  readonly optional: readonly string[];
  /** Checks that make sense for it. */
  readonly checks: readonly CheckName[];
}

/** The name of a workload, as scenario files use it. */
export type WorkloadName = "submit" | "drain";

/** The workloads by name. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  submit: {
    required: ["shape", "dagSize"],
    optional: ["strategy", "chunkSize"],
    checks: ["rowCounts", "checksum"],
  },
  drain: {
    required: ["shape", "dagSize"],
    optional: ["workers", "concurrency", "claimBatch", "wake", "pollInterval"],
    checks: ["rowCounts", "checksum", "doneOnce", "ordered"],
  },
};

/** All workloads. */
export const WORKLOAD_NAMES: readonly WorkloadName[] = Object.keys(WORKLOADS) as WorkloadName[];

/** The widest choice of every parameter that a workload takes, by parameter name. */
export const PARAMETER_CHOICES: Readonly<Record<string, ParameterChoice>> = {
  shape: { values: SHAPE_NAMES },
  dagSize: { range: { from: 1, to: MAX_DAG_NODES } },
  strategy: { values: ["row", "values", "temp-table", "unnest", "appender"] },
  chunkSize: { values: ["all"], range: { from: 1, to: MAX_DAG_NODES } },
  workers: { range: { from: 1, to: 64 } },
  concurrency: { range: { from: 1, to: 100_000 } },
  claimBatch: { range: { from: 1, to: 100_000 } },
  wake: { values: ["notify", "poll"] },
  /** Milliseconds. */
  pollInterval: { range: { from: 1, to: 60_000 } },
};

/** Whether a parameter with that choice can take `value`. */
export function accepts(choice: ParameterChoice, value: ParameterValue): boolean {
  if (choice.values?.includes(value)) return true;
  if (typeof value === "string" || choice.range === undefined) return false;
  return Number.isInteger(value) && value >= choice.range.from && value <= choice.range.to;
}

/** The choice in words: `a whole number from 1 to 64`, `notify, poll`. */
export function choiceText(choice: ParameterChoice): string {
  const parts: string[] = [];
  if (choice.range !== undefined) {
    const [from, to] = [choice.range.from, choice.range.to].map((end) => end.toLocaleString("en"));
    parts.push(`a whole number from ${from} to ${to}`);
  }
  if (choice.values !== undefined) parts.push(choice.values.join(", "));
  return parts.join(", or ");
}
