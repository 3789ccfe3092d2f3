/** The queue: tasks, submission of DAGs, workers, and the read-only window on the database. */
import { resolve } from "node:path";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Clock, systemClock } from "../lib/clock.ts";
import { ConfigError, QuackmarkError } from "../lib/errors.ts";
import { systemRandom } from "../lib/random.ts";
import type { Config } from "../model/config.ts";
import { configOf } from "../model/config-file.ts";
import { limitProblems } from "../model/limits.ts";
import { openStore } from "../store/open-store.ts";
import type { EnqueueReceipt, Store, SubmitReceipt, Token } from "../store/store.ts";
import { checkDrainMs, checkEnqueueOptions, oneOf } from "./check-input.ts";
import { Claims, staleToken } from "./claims.ts";
import type { Handler, JobContext, JobServices } from "./context.ts";
import { DagBuilder } from "./dag-builder.ts";
import { Events, type QueueEvents } from "./events.ts";
import type { Expansion } from "./expansion.ts";
import { chooseChunkSize, chooseStrategy, joinable } from "./insert-choice.ts";
import type { JobInput } from "./job-input.ts";
import { logAttempts, reportFailure } from "./log-line.ts";
import { Pressure } from "./pressure.ts";
import { QueueControl } from "./queue-control.ts";
import type { EnqueueOptions, QueueOptions, SubmitOptions } from "./queue-options.ts";
import { Schedules } from "./schedules.ts";
import { endOnSignals } from "./signals.ts";
import {
  assertAccepted,
  type DagInput,
  type SubmissionRules,
  toJobs,
  toSubmission,
} from "./submission.ts";
import { Task, type TaskModule, type TaskOptions } from "./task.ts";
import { TaskRegistry } from "./task-registry.ts";
import { type Instrument, startTelemetry } from "./telemetry.ts";
import { ThreadPool } from "./thread-pool.ts";
import { UpstreamReader } from "./upstream.ts";
import { Worker } from "./worker.ts";
import { resolveWorkerOptions, type WorkerOptions } from "./worker-options.ts";

/** See the file's head. */
export class Queue extends QueueControl {
  readonly config: Config;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #tasks = new TaskRegistry();
  readonly #threads: ThreadPool;
  readonly #workers = new Set<Worker>();
  readonly #instrument: Instrument | undefined;
  readonly #services: JobServices;
  /** Claims by hand, in place of a worker. */
  readonly claims: Claims;
  /** Jobs that come by the clock: set, remove, list. */
  readonly schedules: Schedules;
  readonly #events: Events;
  readonly #pressure: Pressure;
  #unhear: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(store: Store, clock: Clock, config: Config, options: QueueOptions) {
    super(store, clock);
    this.#store = store;
    this.#clock = clock;
    this.config = config;
    this.claims = new Claims(store, clock, config);
    const upstream = new UpstreamReader(store, clock);
    const { logger, telemetry } = options;
    const failed = (error: unknown): void => reportFailure(error, logger);
    this.#threads = new ThreadPool(config.threads, config.threadIdleMs, failed);
    this.#events = new Events(store, failed);
    this.#pressure = new Pressure(this.#events, config);
    const rules = (): SubmissionRules => this.#rules;
    this.schedules = new Schedules({ store, clock, config, events: this.#events, rules, failed });
    if (logger !== undefined) logAttempts(this.#events, logger);
    if (telemetry !== undefined && telemetry !== false) {
      this.#instrument = startTelemetry(telemetry === true ? {} : telemetry, this.#events, () =>
        this.stats(),
      );
    }
    this.#services = {
      // A handler finishes its work, also while its queue is drained.
      enqueue: async (job) => (await this.#enqueueAll([job], {}, new Set())).jobIds[0] as number,
      addNodes: (context, dag) => this.#addNodes(context, dag),
      upstream: (jobId) => upstream.of(jobId),
      heartbeat: async (context) => (await this.claims.heartbeat([context])).length === 0,
      log: ({ task, jobId, attempt }, text) => logger?.(`${task} ${jobId}/${attempt}: ${text}`),
    };
  }

  /** Opens or creates a queue; jobs that a crash interrupted are ready again. */
  static async open(options: QueueOptions): Promise<Queue> {
    const config = configOf(options.config);
    const clock = options.clock ?? systemClock;
    const { limits = {}, durability = "full" } = options;
    oneOf("durability", durability, ["full", "relaxed"]);
    const problems = limitProblems(limits);
    if (problems.length > 0) throw new ConfigError(problems);
    const store = await openStore(options, {
      durability,
      config,
      clock,
      gate: options.gate,
      limits,
      archiveFolder: options.archiveFolder === undefined ? null : resolve(options.archiveFolder),
      random: options.random ?? systemRandom,
    });
    const queue = new Queue(options.intercept?.(store) ?? store, clock, config, options);
    await queue.schedules.load();
    return queue;
  }

  /** Calls `listener` for each event of a name, after the commit that holds it. Returns the removal. */
  on<Name extends keyof QueueEvents>(
    name: Name,
    listener: (event: QueueEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Registers a task: its function, or a module whose function runs in a worker thread. Jobs name it, and code is
   * never stored.
   *
   * @returns the task, whose `job(args, options)` makes jobs with checked types
   * @throws InputError for a name that is taken
   */
  task<Schema extends StandardSchemaV1, Result>(
    name: string,
    handler: Handler<StandardSchemaV1.InferOutput<Schema>, Result> | TaskModule,
    options: TaskOptions & { readonly args: Schema },
  ): Task<StandardSchemaV1.InferInput<Schema>, Awaited<Result>>;
  task<Args, Result>(
    name: string,
    handler: Handler<Args, Result> | TaskModule,
    options?: TaskOptions,
  ): Task<Args, Awaited<Result>>;
  task(
    name: string,
    handler: Handler | TaskModule,
    options: TaskOptions = {},
  ): Task<never, unknown> {
    const run = typeof handler === "function" ? handler : this.#threads.handler(handler);
    this.#tasks.add(name, run, options);
    return new Task(name);
  }

  get #rules(): SubmissionRules {
    return {
      config: this.config,
      taskOf: (name) => this.#tasks.facts(name),
      nowMs: this.#clock.now(),
    };
  }

  /** Submits a DAG in one transaction: all of it is stored, or nothing. @throws InputError, QuackmarkError */
  async submit(input: DagInput & SubmitOptions): Promise<SubmitReceipt> {
    const submission = toSubmission(input, this.#rules);
    assertAccepted(submission, this.draining);
    const rows = submission.nodeCount + submission.children.length;
    return this.#store.submit(
      submission,
      chooseStrategy(input.strategy ?? "auto", rows, this.#store),
      chooseChunkSize(input.chunkSize, this.config),
      this.#clock.now(),
      joinable(this.#store, input.client),
    );
  }

  /** Begins a DAG that is built node by node. */
  dag(name: string): DagBuilder {
    return new DagBuilder(name, (dag) => this.submit(dag));
  }

  /**
   * Enqueues a job without a run; it is stored when the promise resolves.
   *
   * @returns its id, or that of the job that holds its unique key
   * @throws InputError, QuackmarkError (BACKPRESSURE, DUPLICATE_JOB)
   */
  async enqueue(job: JobInput, options: EnqueueOptions = {}): Promise<number> {
    const { jobIds } = await this.enqueueAll([job], options);
    return jobIds[0] as number;
  }

  /** Enqueues several jobs, all or none. @throws InputError, QuackmarkError (BACKPRESSURE, DUPLICATE_JOB) */
  enqueueAll(jobs: Iterable<JobInput>, options: EnqueueOptions = {}): Promise<EnqueueReceipt> {
    return this.#enqueueAll(jobs, options, this.draining);
  }

  async #enqueueAll(
    jobs: Iterable<JobInput>,
    options: EnqueueOptions,
    refused: ReadonlySet<string>,
  ): Promise<EnqueueReceipt> {
    checkEnqueueOptions(options);
    const { unique = "reject", whenFull = "reject", client } = options;
    const within = joinable(this.#store, client);
    const submission = toJobs(jobs, this.#rules);
    assertAccepted(submission, refused);
    for (;;) {
      try {
        const receipt = await this.#store.enqueue(submission, unique, this.#clock.now(), within);
        this.#pressure.feel(() => this.stats());
        return receipt;
      } catch (error) {
        const isFull = error instanceof QuackmarkError && error.code === "BACKPRESSURE";
        const canFit = submission.nodeCount <= this.config.backpressureRefuseJobs;
        if (!isFull || !canFit || whenFull === "reject") throw error;
        await this.#store.roomFor(submission.nodeCount);
      }
    }
  }

  /** How far a running job says it is; undefined where it said nothing. */
  progress(jobId: number): { readonly done: number; readonly total: number } | undefined {
    for (const worker of this.#workers) {
      const progress = worker.progressOf(jobId);
      if (progress !== undefined) return progress;
    }
    return undefined;
  }

  /** Makes a worker; it claims nothing before `start()`. @throws InputError for options that are wrong, all in one */
  worker(options: Partial<WorkerOptions> = {}): Worker {
    const resolved = resolveWorkerOptions(options, this.config);
    const parts = {
      store: this.#store,
      clock: this.#clock,
      handler: (name: string) => this.#tasks.handler(name),
      instrument: this.#instrument,
      services: this.#services,
      expand: (context: JobContext, { dag }: Expansion) => this.#expand(context, dag),
    };
    const worker = new Worker(parts, resolved);
    this.#workers.add(worker);
    return worker;
  }

  async #addNodes(token: Token, dag: DagInput): Promise<number[]> {
    const submission = toSubmission(dag, this.#rules);
    const first = await this.#store.addNodes(token, submission, this.#clock.now());
    if (first === 0) throw staleToken(token);
    return Array.from({ length: submission.nodeCount }, (_, node) => first + node);
  }

  async #expand({ jobId, attempt }: Token, dag: DagInput): Promise<void> {
    await this.#store.expand({ jobId, attempt }, toSubmission(dag, this.#rules), this.#clock.now());
  }

  /**
   * Closes the queue on SIGINT and SIGTERM, then lets the signal end the process. Nothing stays claimed. A second
   * signal ends the drain at once, a third the process. Several queues share one handler.
   *
   * @returns the removal
   */
  closeOnSignals(
    options: { readonly drainMs?: number; readonly signals?: readonly NodeJS.Signals[] } = {},
  ): () => void {
    const { signals, ...rest } = options;
    const queue = {
      end: () => this.close(rest),
      hurry: () => void this.close({ drainMs: 0 }).catch(() => undefined),
    };
    this.#unhear?.();
    this.#unhear = endOnSignals(queue, signals);
    return this.#unhear;
  }

  /**
   * Stops the workers, which wait `drainMs` for their handlers, commits what is staged and closes the store. Called
   * again it waits for the same end; with `drainMs: 0` it ends the drain.
   */
  async close(options: { readonly drainMs?: number } = {}): Promise<void> {
    if (options.drainMs !== undefined) checkDrainMs(options.drainMs);
    if (this.#closing === undefined) this.#closing = this.#close(options);
    else for (const worker of this.#workers) void worker.stop(options).catch(() => undefined);
    return await this.#closing;
  }

  async #close(options: { readonly drainMs?: number }): Promise<void> {
    await this.schedules.close();
    await Promise.all([...this.#workers].map((worker) => worker.stop(options)));
    await this.#threads.close();
    await this.#store.close();
    this.#unhear?.();
  }
}
