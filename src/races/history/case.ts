/** All that checks look at, made once for a history: rows by job and kind, the graph, the last read. */
import { KIND, TYPE } from "./event.ts";
import type { Facts } from "./facts.ts";
import { type FinalRead, finalRead } from "./final-read.ts";
import { Graph } from "./graph.ts";
import type { History } from "./history.ts";
import type { JobLog } from "./job-log.ts";
import { Operations } from "./operations.ts";
import { UnnamedEffects } from "./unnamed-effects.ts";

const SETTLES = [KIND.ack, KIND.nack, KIND.failAttempt, KIND.release, KIND.expand];
const ENDS_OF_PROCESSES = [KIND.shutdown, KIND.close, KIND.crash, KIND.restart];

/** See the file's head. */
export class Case {
  readonly history: History;
  readonly facts: Facts;
  /** Where the queue's log is known. */
  readonly log: JobLog | null;
  /** By row of the log: the row of the same job before it, or -1. */
  readonly logBefore: Int32Array;
  readonly operations: Operations;
  readonly graph: Graph;
  readonly final: FinalRead;
  /** When the first cancel may have begun: from there on it may have taken any job with it. `Infinity` for never. */
  readonly firstCancelNs: number;
  /** What may have acted on jobs that it does not name, by what it does. */
  readonly unnamed: {
    readonly claims: UnnamedEffects;
    /** Acks and expansions, after which a job may be done. */
    readonly acks: UnnamedEffects;
    readonly settles: UnnamedEffects;
    readonly cancels: UnnamedEffects;
    readonly redrives: UnnamedEffects;
    readonly purges: UnnamedEffects;
    readonly pauses: UnnamedEffects;
    readonly heartbeats: UnnamedEffects;
    readonly crashes: UnnamedEffects;
    readonly clocks: UnnamedEffects;
    /** Whatever may free a claimed job: settles, cancels, the end of a process, a clock that jumped. */
    readonly frees: UnnamedEffects;
  };

  constructor(history: History, facts: Facts, log: JobLog | null) {
    this.history = history;
    this.facts = facts;
    this.log = log;
    this.logBefore = log?.before(history.jobs.size) ?? new Int32Array(0);
    this.operations = new Operations(history);
    this.graph = new Graph(facts, history.jobs.size);
    this.final = finalRead(history, this.operations);
    this.firstCancelNs = earliest(this.operations, KIND.cancel);
    const of = (...kinds: number[]) => new UnnamedEffects(history, this.operations, kinds);
    this.unnamed = {
      claims: of(KIND.claim),
      acks: of(KIND.ack, KIND.expand),
      settles: of(...SETTLES),
      cancels: of(KIND.cancel),
      redrives: of(KIND.redrive),
      purges: of(KIND.purge),
      pauses: of(KIND.pause),
      heartbeats: of(KIND.heartbeat),
      crashes: of(KIND.crash),
      clocks: of(KIND.clock),
      frees: of(...SETTLES, KIND.cancel, KIND.purge, KIND.clock, ...ENDS_OF_PROCESSES),
    };
  }

  /** The job's id as the store knows it. */
  id(job: number): number {
    return this.history.jobId(job);
  }
}

/** When an operation of a kind may have begun first; `Infinity` where there is none that did not fail. */
function earliest(operations: Operations, kind: number): number {
  let ns = Number.POSITIVE_INFINITY;
  for (const event of operations.ofKind(kind))
    if (operations.typeOf(event) !== TYPE.fail) ns = Math.min(ns, operations.invOf(event));
  return ns;
}
