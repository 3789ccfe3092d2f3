/**
 * What is true of a case before anything happens, and what the queue promised of it: the yardstick of
 * every check. Filled by the client, which knows what it asked for; never read from the queue.
 *
 *   const facts = new Facts(recorder.history, { leaseMs: 500, pollMs: 50 });
 *   const op = recorder.invoke(proc, KIND.submit, { value: nodes.length });
 *   const { runId, firstJobId } = await queue.submit(…);
 *   nodes.forEach((_, n) => facts.addJob({ id: firstJobId + n, run: runId, op, rule: ruleOf("one_done") }));
 *   facts.addEdge(child, parent);
 *   recorder.ok(op, nodes.map((_, n) => ({ job: firstJobId + n })));
 *
 * Where a submit is in doubt, add its jobs when a read after the reopen shows them. A job that no fact
 * knows is a phantom.
 */
import { grown, IntList } from "../../lib/grown.ts";
import type { History } from "./history.ts";
import { InternTable } from "./intern-table.ts";

/** What the queue promised. Times are in ms; what is left out is not checked, or takes the default. */
export interface Promises {
  /** Term of a claim that names none. */
  readonly leaseMs: number;
  /** Backstop poll of a worker; default 1,000. */
  readonly pollMs?: number;
  /** Room for the difference of two readings of one clock; default 0. */
  readonly epsMs?: number;
  /** Workers renew their leases themselves, so that no ack of theirs is late; default false. */
  readonly renews?: boolean;
  /** An ack after the lease: `reject`, or `allow` while nobody else has claimed the job (default). */
  readonly lateAck?: "reject" | "allow";
  /** Every claim is an event; default true. False where workers claim unseen. */
  readonly seesClaims?: boolean;
  /** Every start and end of a handler is an event; default true. */
  readonly seesExecution?: boolean;
  /** Every end of an attempt is an event; default true. False where workers settle unseen after a handler's end. */
  readonly seesSettles?: boolean;
  /** Commits reach the disk; default true. */
  readonly durable?: boolean;
  /** The history ends with a drain to quiescence and final reads; default true. */
  readonly drained?: boolean;
  /** One process has the file open at a time; default true. */
  readonly oneOpener?: boolean;
  /** A better job may be passed over by so many claims; default 0, `Infinity` to allow any. */
  readonly priorityBound?: number;
  /** Inside a priority, so many younger jobs may go first; default 0. */
  readonly fifoBound?: number;
  /** A ready job may be passed over so often before it counts as starved; default 100. */
  readonly starvationBound?: number;
  /** A ready job waits at most so long; default `Infinity`. */
  readonly maxWaitMs?: number;
  /** After a kill, an orphan runs again within so long; default lease + poll. */
  readonly recoveryMs?: number;
  /** A call takes at most so long on the recorder's clock; default `Infinity`. */
  readonly hangNs?: number;
  /** Most jobs in flight, by queue name or limit key. */
  readonly concurrency?: Readonly<Record<string, number>>;
  /** Most jobs that wait in all queues after an enqueue; default `Infinity`. */
  readonly backlog?: number;
  /** A unique key is taken for ever, or while its job lives (default). */
  readonly keyScope?: "live" | "always";
  /** Jobs that wait at the end by intention: of a paused queue, behind a limit. */
  readonly mayWait?: readonly number[];
}

/** Every promise with its default. */
export type AllPromises = Required<Promises>;

/** A job as it was asked for. */
export interface JobFact {
  readonly id: number;
  /** 0: none. */
  readonly run?: number;
  /** The operation that submitted it: what `recorder.invoke` returned. */
  readonly op: number;
  /** Names a lane; default `default`. */
  readonly queue?: string;
  /** Default 50. */
  readonly priority?: number;
  /** From `ruleOf`; default all_success. */
  readonly rule?: number;
  /** Default 3. */
  readonly maxAttempts?: number;
  /** Not before this time of the engine's clock; default: at once. */
  readonly runAtMs?: number;
  /** Longest attempt; default: none. */
  readonly timeoutMs?: number;
  readonly uniqueKey?: string;
  readonly limitKey?: string;
}

const FIRST_CAPACITY = 256;
const DEFAULT_PRIORITY = 50;
const DEFAULT_MAX_ATTEMPTS = 3;

function withDefaults(promises: Promises): AllPromises {
  const pollMs = promises.pollMs ?? 1_000;
  return {
    pollMs,
    epsMs: 0,
    renews: false,
    lateAck: "allow",
    seesClaims: true,
    seesExecution: true,
    seesSettles: true,
    durable: true,
    drained: true,
    oneOpener: true,
    priorityBound: 0,
    fifoBound: 0,
    starvationBound: 100,
    maxWaitMs: Number.POSITIVE_INFINITY,
    recoveryMs: promises.leaseMs + pollMs,
    hangNs: Number.POSITIVE_INFINITY,
    concurrency: {},
    backlog: Number.POSITIVE_INFINITY,
    keyScope: "live",
    mayWait: [],
    ...promises,
  };
}

/** See the file's head. Columns are by the history's number of a job; `op` is -1 where no fact knows the job. */
export class Facts {
  readonly promises: AllPromises;
  readonly history: History;
  readonly queues: InternTable<string> = new InternTable();
  /** 0 is no key. */
  readonly keys: InternTable<string> = new InternTable([""]);
  op: Int32Array = new Int32Array(FIRST_CAPACITY).fill(-1);
  run: Float64Array = new Float64Array(FIRST_CAPACITY);
  queue: Int32Array = new Int32Array(FIRST_CAPACITY);
  priority: Int32Array = new Int32Array(FIRST_CAPACITY);
  rule: Int32Array = new Int32Array(FIRST_CAPACITY);
  maxAttempts: Int32Array = new Int32Array(FIRST_CAPACITY);
  runAtMs: Float64Array = new Float64Array(FIRST_CAPACITY);
  timeoutMs: Float64Array = new Float64Array(FIRST_CAPACITY);
  uniqueKey: Int32Array = new Int32Array(FIRST_CAPACITY);
  limitKey: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Edges as they were asked for. */
  readonly children: IntList = new IntList();
  readonly parents: IntList = new IntList();

  constructor(history: History, promises: Promises) {
    this.history = history;
    this.promises = withDefaults(promises);
  }

  /** A job that was asked for, whether or not it was stored. */
  addJob(fact: JobFact): void {
    const job = this.history.jobs.of(fact.id);
    this.#reserve(job + 1);
    this.op[job] = fact.op;
    this.run[job] = fact.run ?? 0;
    this.queue[job] = this.queues.of(fact.queue ?? "default");
    this.priority[job] = fact.priority ?? DEFAULT_PRIORITY;
    this.rule[job] = fact.rule ?? 0;
    this.maxAttempts[job] = fact.maxAttempts ?? DEFAULT_MAX_ATTEMPTS;
    this.runAtMs[job] = fact.runAtMs ?? 0;
    this.timeoutMs[job] = fact.timeoutMs ?? Number.POSITIVE_INFINITY;
    this.uniqueKey[job] = this.keys.of(fact.uniqueKey ?? "");
    this.limitKey[job] = this.keys.of(fact.limitKey ?? "");
  }

  /** A dependency that was asked for, by the store's ids. */
  addEdge(childId: number, parentId: number): void {
    this.children.push(this.history.jobs.of(childId));
    this.parents.push(this.history.jobs.of(parentId));
  }

  /** Whether the client asked for the job. */
  knows(job: number): boolean {
    return job < this.op.length && (this.op[job] as number) >= 0;
  }

  /** Makes the columns hold `jobs` jobs; those that nobody asked for are unknown. */
  #reserve(jobs: number): void {
    const old = this.op.length;
    if (jobs <= old) return;
    const capacity = Math.max(jobs, old * 2);
    this.op = grown(this.op, capacity).fill(-1, old);
    this.run = grown(this.run, capacity);
    this.queue = grown(this.queue, capacity);
    this.priority = grown(this.priority, capacity);
    this.rule = grown(this.rule, capacity);
    this.maxAttempts = grown(this.maxAttempts, capacity);
    this.runAtMs = grown(this.runAtMs, capacity);
    this.timeoutMs = grown(this.timeoutMs, capacity);
    this.uniqueKey = grown(this.uniqueKey, capacity);
    this.limitKey = grown(this.limitKey, capacity);
  }
}
