/** The engine's public names. */

export { type Clock, systemClock } from "../lib/clock.ts";
export { ConfigError, type ErrorCode, InputError, QuackmarkError } from "../lib/errors.ts";
export { type Config, resolveConfig, SETTINGS } from "../model/config.ts";
export type { TriggerName } from "../model/triggers.ts";
export { auditFile } from "../store/duckdb/audit.ts";
export type { Gate, GatePoint } from "../store/duckdb/gate.ts";
export { AlreadyOpenError } from "../store/duckdb/lock.ts";
export type { SelfCheck } from "../store/duckdb/self-check.ts";
export type {
  Audit,
  Claim,
  Counters,
  RowCounts,
  RunStatus,
  StrategyName,
  SubmitReceipt,
} from "../store/store.ts";
export { type Handler, JobContext } from "./context.ts";
export type { NodeRef } from "./graph.ts";
export { Queue, type QueueOptions, type SubmitOptions } from "./queue.ts";
export type { NodeInput } from "./read-nodes.ts";
export type { DagInput } from "./submission.ts";
export { Worker, type WorkerOptions } from "./worker.ts";
