/**
 * A case: everything that a race scenario does, as data. A seed makes one, the shrinker takes parts away,
 * and a seed line carries it, so that a finding needs nothing but the line.
 */
import type { Config } from "../../model/config.ts";
import type { UniquePolicy } from "../../model/job-options.ts";
import type { LimitRules } from "../../model/limits.ts";
import type { TriggerName } from "../../model/triggers.ts";
import type { GatePoint } from "../../store/duckdb/gate.ts";

/** How an attempt ends once it has done its steps. */
export type Ending = "done" | "fail" | "abandon" | "later" | "expand" | "hang";

/** What the handler of a job does; it travels as the job's args. */
export interface Behaviour {
  /** Points at which somebody else may go first. */
  readonly steps?: number;
  /** Virtual time that each attempt takes. */
  readonly takesMs?: number;
  /** Default `done`. */
  readonly ends?: Ending;
  /** So many first attempts fail, then it ends as said. */
  readonly failures?: number;
  /** For `later`: due again after so long; the second attempt is done. */
  readonly laterMs?: number;
  /** For `expand`: the nodes of the sub-run. Without it: nodes that the handler adds to its own run. */
  readonly nodes?: readonly JobSpec[];
}

/** One job, known in its case by `name`. */
export interface JobSpec {
  readonly name: string;
  readonly does?: Behaviour;
  /** Names of jobs: of the same submission for a node, of earlier ones for a job. */
  readonly after?: readonly string[];
  readonly trigger?: TriggerName;
  readonly queue?: string;
  readonly priority?: number;
  readonly delayMs?: number;
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
  readonly backoffMs?: number;
  readonly uniqueKey?: string;
  readonly limitKey?: string;
}

/** What a client does next. Jobs and runs go by their names; an op on one that is not stored yet is left out. */
export type Op =
  | { readonly op: "enqueue"; readonly jobs: readonly JobSpec[]; readonly unique?: UniquePolicy }
  | { readonly op: "submit"; readonly run: string; readonly nodes: readonly JobSpec[] }
  | { readonly op: "cancel"; readonly job?: string; readonly run?: string; readonly queue?: string }
  | { readonly op: "pause" | "resume"; readonly queue: string }
  | { readonly op: "start"; readonly worker: number }
  | { readonly op: "stop"; readonly worker: number; readonly drainMs: number }
  | {
      /** Claims by hand and settles what it got. */
      readonly op: "hand";
      readonly limit: number;
      readonly leaseMs: number;
      /** Virtual time between the claim and its end; near the lease is where it is interesting. */
      readonly holdsMs: number;
      readonly ends: "done" | "fail" | "later" | "walk away";
      /** Renew the claim so long after it was made. */
      readonly renewsAfterMs?: number;
    }
  | { readonly op: "sleep"; readonly ms: number }
  | { readonly op: "read" }
  | { readonly op: "jump"; readonly ms: number };

/** A worker of the engine. */
export interface WorkerSpec {
  readonly concurrency: number;
  readonly claimBatch: number;
  readonly queues?: readonly string[];
  readonly wake?: "notify" | "poll";
  /** Started by a client; default: at once. */
  readonly waits?: boolean;
}

/** A thread of calls, one after the other. */
export interface ClientSpec {
  readonly name: string;
  readonly ops: readonly Op[];
}

/** What goes wrong, at the nth time that the lane passes a point. */
interface Fault {
  readonly at: GatePoint;
  /** From 1. */
  readonly nth: number;
  /** `error`: the step fails. `crash`: nothing of the process happens from here on, and the files are opened again. */
  readonly kind: "error" | "crash";
}

/** See the file's head. */
export interface RaceCase {
  readonly scenario: string;
  readonly config: Partial<Config>;
  readonly limits?: LimitRules;
  /** A crash needs a file. */
  readonly store: "memory" | "file";
  readonly workers: readonly WorkerSpec[];
  readonly clients: readonly ClientSpec[];
  readonly faults: readonly Fault[];
}
