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
  /** Its jobs are the same wherever shape, size and seed are, so that their checksum is too. */
  readonly plainDag: boolean;
  /** Whether it can run the user's handlers in place of ours. */
  readonly handlers: boolean;
}

/** The name of a workload, as scenario files use it. */
export type WorkloadName =
  | "submit"
  | "drain"
  | "end-to-end"
  | "wake-latency"
  | "load"
  | "replay"
  | "write-contention"
  | "fan-out-fan-in"
  | "sub-dags"
  | "priorities"
  | "retry-storm"
  | "recovery"
  | "growth"
  | "micro";

const WORKER_PARAMETERS = ["workers", "concurrency", "claimBatch", "wake", "pollInterval"];
const ALL_CHECKS: readonly CheckName[] = ["rowCounts", "checksum", "doneOnce", "ordered"];
/** Most workloads run jobs of their own to their end. */
const OWN_JOBS = { checks: ALL_CHECKS, plainDag: false, handlers: false };

/** The workloads by name. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  submit: {
    required: ["shape", "dagSize"],
    optional: ["strategy", "chunkSize"],
    checks: ["rowCounts", "checksum"],
    plainDag: true,
    handlers: false,
  },
  drain: {
    required: ["shape", "dagSize"],
    optional: [...WORKER_PARAMETERS, "processes"],
    checks: ALL_CHECKS,
    plainDag: true,
    handlers: true,
  },
  "end-to-end": {
    required: ["shape", "dagSize"],
    optional: WORKER_PARAMETERS,
    checks: ALL_CHECKS,
    plainDag: true,
    handlers: true,
  },
  "wake-latency": {
    ...OWN_JOBS,
    required: ["jobs", "arrivalRate"],
    optional: ["idle", ...WORKER_PARAMETERS],
    handlers: true,
  },
  load: {
    ...OWN_JOBS,
    required: ["arrivalRate", "duration"],
    optional: ["arrivals", ...WORKER_PARAMETERS, "processes"],
    handlers: true,
  },
  replay: {
    ...OWN_JOBS,
    required: ["shape", "dagSize", "speed"],
    optional: WORKER_PARAMETERS,
  },
  "write-contention": {
    ...OWN_JOBS,
    required: ["jobs", "writer"],
    optional: ["workers", "claimBatch"],
    checks: ["rowCounts", "checksum", "doneOnce"],
  },
  "fan-out-fan-in": {
    ...OWN_JOBS,
    required: ["width", "rounds"],
    optional: WORKER_PARAMETERS,
    handlers: true,
  },
  "sub-dags": {
    ...OWN_JOBS,
    required: ["growth", "nodes", "children"],
    optional: ["depth", ...WORKER_PARAMETERS],
    // Which sub-run's jobs come first is a matter of timing, so that the same row has another id.
    checks: ["rowCounts", "doneOnce", "ordered"],
  },
  priorities: {
    ...OWN_JOBS,
    required: ["jobs", "urgentJobs", "urgentPriority"],
    optional: WORKER_PARAMETERS,
  },
  "retry-storm": {
    ...OWN_JOBS,
    required: ["jobs", "failures"],
    optional: ["backoff", ...WORKER_PARAMETERS],
  },
  recovery: {
    ...OWN_JOBS,
    required: ["jobs", "finishedJobs"],
    optional: ["ending", ...WORKER_PARAMETERS],
  },
  growth: {
    ...OWN_JOBS,
    required: ["jobs", "window", "retention"],
    optional: ["checkpointBytes", ...WORKER_PARAMETERS],
    handlers: true,
    // Which jobs are the last that ended is a matter of timing.
    checks: ["rowCounts", "doneOnce", "ordered"],
  },
  micro: {
    ...OWN_JOBS,
    required: ["subject", "items"],
    optional: ["keys", "strategy"],
    checks: ["rowCounts"],
  },
};

/** All workloads. */
export const WORKLOAD_NAMES: readonly WorkloadName[] = Object.keys(WORKLOADS) as WorkloadName[];

/** The widest choice of every parameter that a workload takes, by parameter name. */
export const PARAMETER_CHOICES: Readonly<Record<string, ParameterChoice>> = {
  shape: { values: SHAPE_NAMES },
  dagSize: { range: { from: 1, to: MAX_DAG_NODES } },
  strategy: { values: ["row", "values", "temp-table", "unnest", "appender", "copy"] },
  chunkSize: { values: ["all"], range: { from: 1, to: MAX_DAG_NODES } },
  workers: { range: { from: 1, to: 64 } },
  processes: { range: { from: 1, to: 64 } },
  concurrency: { range: { from: 1, to: 100_000 } },
  claimBatch: { range: { from: 1, to: 100_000 } },
  wake: { values: ["notify", "poll"] },
  /** Milliseconds. */
  pollInterval: { range: { from: 1, to: 60_000 } },
  /** Jobs per second. */
  arrivalRate: { range: { from: 1, to: 1_000_000 } },
  /** Milliseconds. */
  idle: { range: { from: 1, to: 3_600_000 } },
  arrivals: { values: ["poisson", "constant"] },
  /** Milliseconds. */
  duration: { range: { from: 100, to: 3_600_000 } },
  jobs: { range: { from: 1, to: MAX_DAG_NODES } },
  ending: { values: ["kill", "close"] },
  finishedJobs: { range: { from: 0, to: MAX_DAG_NODES } },
  urgentJobs: { range: { from: 1, to: 100_000 } },
  urgentPriority: { range: { from: 0, to: 100 } },
  failures: { range: { from: 0, to: 20 } },
  /** Milliseconds. */
  backoff: { range: { from: 0, to: 60_000 } },
  window: { range: { from: 1, to: 1_000_000 } },
  retention: { range: { from: 1, to: MAX_DAG_NODES } },
  checkpointBytes: { range: { from: 1_048_576, to: 1_000_000_000 } },
  width: { range: { from: 1, to: 1_000_000 } },
  rounds: { range: { from: 1, to: 10_000 } },
  /** How many times faster than recorded. */
  speed: { range: { from: 1, to: 1_000_000 } },
  growth: { values: ["flat", "expand", "map", "add-nodes"] },
  nodes: { range: { from: 1, to: 1_000_000 } },
  children: { range: { from: 1, to: 1_000_000 } },
  depth: { range: { from: 1, to: 16 } },
  writer: { values: ["lane", "raw"] },
  subject: { values: ["heap", "graph", "names", "names-uncached", "args", "chunks", "insert"] },
  items: { range: { from: 1, to: 1_000_000 } },
  keys: { values: ["none", "primary", "foreign"] },
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
