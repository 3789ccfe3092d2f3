/** What a handler is given beside its args. Costly parts are made when first asked for. */

import { InputError } from "../lib/errors.ts";
import type { Claim } from "../store/store.ts";
import type { AttemptEnded } from "./attempt-end.ts";
import type { BuiltNode } from "./dag-builder.ts";
import type { JobInput } from "./job-input.ts";
import type { DagInput } from "./submission.ts";
import type { Task } from "./task.ts";
import type { Upstream } from "./upstream.ts";

/** What the queue does for a running job; one object for all jobs. */
export interface JobServices {
  enqueue(job: JobInput): Promise<number>;
  addNodes(context: JobContext, dag: DagInput): Promise<number[]>;
  upstream(jobId: number): Promise<readonly Upstream[]>;
  heartbeat(context: JobContext): Promise<boolean>;
  /** A line about a running attempt. */
  log(context: JobContext, text: string): void;
}

/** See the file's head. */
export class JobContext {
  readonly jobId: number;
  /** 0 for a job without a run. */
  readonly runId: number;
  /** Fencing token together with `jobId`; 1 at the first attempt. */
  readonly attempt: number;
  readonly task: string;
  /** When the attempt ends whatever its handler does, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly #services: JobServices;
  /** What {@link progress} was told last. */
  progressNow: { readonly done: number; readonly total: number } | undefined;
  #controller: AbortController | undefined;
  #ended: AttemptEnded | undefined;

  constructor(claim: Claim, nowMs: number, services: JobServices) {
    this.jobId = claim.jobId;
    this.runId = claim.runId;
    this.attempt = claim.attempt;
    this.task = claim.task;
    this.deadlineMs = nowMs + claim.timeoutMs;
    this.#services = services;
  }

  /** Aborts when the attempt has ended before its handler: timeout, cancel, lost lease, shutdown. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== undefined) this.#controller.abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** Enqueues a job of its own; it is stored when the promise resolves. Returns its id. */
  enqueue(job: JobInput): Promise<number> {
    return this.#services.enqueue(job);
  }

  /**
   * Adds nodes to the job's own run, stored when the promise resolves. Edges are among the new nodes;
   * `dependsOn` takes ids of jobs that are there, this job's own too.
   *
   * @returns the new ids in order
   * @throws QuackmarkError STALE_TOKEN when the attempt does not hold the job any more
   */
  addNodes(dag: DagInput): Promise<number[]> {
    return this.#services.addNodes(this, dag);
  }

  /**
   * The result of the parent with this name; undefined where it is not done. With the parent's task, or
   * the node that a builder gave, it has its type.
   * @throws InputError for a name that is no parent
   */
  async upstream<Result = unknown>(
    which: string | BuiltNode<Result>,
    _task?: Task<never, Result>,
  ): Promise<Result | undefined> {
    const name = typeof which === "string" ? which : which.name;
    const parents = await this.#services.upstream(this.jobId);
    const parent = parents.find((one) => one.name === name);
    if (parent === undefined) {
      const names = parents.map((one) => one.name ?? `#${one.jobId}`).join(", ");
      throw new InputError(
        `Job ${this.jobId} has no parent ${JSON.stringify(name)}; its parents are ${names || "none"}`,
        { code: "UNKNOWN_PARENT" },
      );
    }
    return parent.state === "done" ? (parent.value as Result) : undefined;
  }

  /** The results of all parents that are done, by name (`#id` for one without). */
  async upstreamAll(): Promise<Record<string, unknown>> {
    const parents = await this.#services.upstream(this.jobId);
    return Object.fromEntries(
      parents
        .filter(({ state }) => state === "done")
        .map(({ name, jobId, value }) => [name ?? `#${jobId}`, value]),
    );
  }

  /** All parents that have ended, with how and with what. */
  async upstreamCompleted(): Promise<readonly Upstream[]> {
    const parents = await this.#services.upstream(this.jobId);
    return parents.filter(({ state }) => state !== "pending");
  }

  /** Renews the claim now; false when the attempt does not hold the job any more. Workers do this by themselves. */
  heartbeat(): Promise<boolean> {
    return this.#services.heartbeat(this);
  }

  /** Writes a line to the queue's logger. */
  log(text: string): void {
    this.#services.log(this, text);
  }

  /** Says how far the job is; kept in memory, shown by `queue.progress`. */
  progress(done: number, total: number): void {
    this.progressNow = { done, total };
  }

  /** The worker's: the attempt has ended, whether or not the handler listens. */
  end(reason: AttemptEnded): void {
    this.#ended = reason;
    this.#controller?.abort(reason);
  }
}

/** The user's function for a task: JSON args in, a JSON result (or nothing) out. */
export type Handler<Args = unknown, Result = unknown> = (
  args: Args,
  context: JobContext,
) => Result | Promise<Result>;
