/** The engine's public names. */

export { type Clock, systemClock } from "../lib/clock.ts";
export { ConfigError, type ErrorCode, InputError, QuackmarkError } from "../lib/errors.ts";
export { type Config, type ConfigInput, resolveConfig, SETTINGS } from "../model/config.ts";
export type { StateName } from "../model/job.ts";
export type { UniquePolicy } from "../model/job-options.ts";
export type { Limit, LimitRules } from "../model/limits.ts";
export { PROFILES, type ProfileName } from "../model/profiles.ts";
export type { TriggerName } from "../model/triggers.ts";
export { auditFile } from "../store/audit-place.ts";
export type { Gate, GatePoint } from "../store/duckdb/gate.ts";
export { AlreadyOpenError } from "../store/duckdb/lock.ts";
export type { JobEvent, JobEventName } from "../store/events.ts";
export { type Moved, moveQueue } from "../store/move-queue.ts";
export type { QueueChecksums } from "../store/moved-queue.ts";
export type {
  AttemptRecord,
  CompactReceipt,
  DeadLetter,
  DeadLetterFilter,
  JobRecord,
  NodeRecord,
  PurgePolicy,
  PurgeReceipt,
  RedriveReport,
  RunRecord,
  RunTree,
} from "../store/records.ts";
export type {
  Audit,
  Claim,
  Counters,
  EnqueueReceipt,
  JobFilter,
  Repair,
  RowCounts,
  RunStatus,
  SelfCheck,
  SqlClient,
  StrategyName,
  SubmitReceipt,
  Token,
} from "../store/store.ts";
export { Abandon, AttemptEnded, RetryLater } from "./attempt-end.ts";
export type { ClaimRequest, Claims } from "./claims.ts";
export { type Handler, JobContext } from "./context.ts";
export { type BuiltNode, type BuiltNodeOptions, DagBuilder } from "./dag-builder.ts";
export { DeadLetters } from "./dead-letters.ts";
export type { PressureEvent, QueueEvents, ScheduleEvent } from "./events.ts";
export { Expansion, expand, map } from "./expansion.ts";
export type { NodeRef } from "./graph.ts";
export type { CriticalPath } from "./inspect/critical-path.ts";
export { RunGraph } from "./inspect/run-graph.ts";
export type { JobInput, NodeInput } from "./job-input.ts";
export { Queue } from "./queue.ts";
export type { EnqueueOptions, QueueOptions, SubmitOptions } from "./queue-options.ts";
export type { QueueChoice } from "./queue-order.ts";
export { Runs } from "./runs.ts";
export { type CatchUp, type Schedule, type ScheduleInput, Schedules } from "./schedules.ts";
export type { Timing } from "./slots.ts";
export type { DagInput } from "./submission.ts";
export {
  type ResultOf,
  Task,
  type TaskDefaults,
  type TaskModule,
  type TaskOptions,
} from "./task.ts";
export type { TelemetryOptions } from "./telemetry.ts";
export type { ThreadJob } from "./thread-pool.ts";
export type { Upstream } from "./upstream.ts";
export { Worker } from "./worker.ts";
export type { WorkerOptions } from "./worker-options.ts";
