/** The queue: tasks, submission of DAGs, workers, and the read-only window on the database. */
import { type Clock, systemClock } from "../lib/clock.ts";
import { InputError } from "../lib/errors.ts";
import { type Config, resolveConfig } from "../model/config.ts";
import { DuckDBStore } from "../store/duckdb/duckdb-store.ts";
import type { Gate } from "../store/duckdb/gate.ts";
import type { SelfCheck } from "../store/duckdb/self-check.ts";
import type {
  Audit,
  Counters,
  RowCounts,
  RunStatus,
  StrategyName,
  SubmitReceipt,
} from "../store/store.ts";
import type { Handler } from "./context.ts";
import { type DagInput, toSubmission } from "./submission.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

/** How to open a queue. */
export interface QueueOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** `full` (default): a commit is on disk when it resolves. `relaxed`: durable at checkpoints. */
  readonly durability?: "full" | "relaxed";
  readonly config?: Partial<Config>;
  readonly clock?: Clock;
  /** Awaited at every named step of the lane; for tests. */
  readonly gate?: Gate;
}

/** How the rows of a submission are written. */
export interface SubmitOptions {
  /** `auto` (default) chooses by size. */
  readonly strategy?: StrategyName | "auto";
  /** Rows of one VALUES statement; `all` is one statement for everything. */
  readonly chunkSize?: number | "all";
}

const STRATEGY_NAMES: readonly StrategyName[] = [
  "row",
  "values",
  "temp-table",
  "unnest",
  "appender",
];

/** See the file's head. */
export class Queue {
  readonly config: Config;
  readonly #store: DuckDBStore;
  readonly #clock: Clock;
  readonly #handlers = new Map<string, Handler>();
  readonly #workers: Worker[] = [];

  private constructor(store: DuckDBStore, clock: Clock, config: Config) {
    this.#store = store;
    this.#clock = clock;
    this.config = config;
  }

  /** Opens or creates a queue; jobs that a crash interrupted are ready again. */
  static async open(options: QueueOptions): Promise<Queue> {
    const config = resolveConfig(options.config);
    const clock = options.clock ?? systemClock;
    const store = await DuckDBStore.open({
      path: options.path,
      durability: options.durability ?? "full",
      config,
      clock,
      gate: options.gate,
    });
    return new Queue(store, clock, config);
  }

  /** Registers the function of a task. */
  task<Args, Result>(name: string, handler: Handler<Args, Result>): void {
    if (this.#handlers.has(name))
      throw new InputError(`There is a task ${JSON.stringify(name)} already; choose another name`);
    this.#handlers.set(name, handler as Handler);
  }

  /** Submits a DAG in one transaction: all of it is stored, or nothing. @throws InputError, QuackmarkError */
  submit(input: DagInput & SubmitOptions): Promise<SubmitReceipt> {
    return Promise.resolve().then(() => {
      const submission = toSubmission(input, this.config, (name) => this.#handlers.has(name));
      const rows = submission.nodeCount + submission.children.length;
      return this.#store.submit(
        submission,
        this.#strategy(input.strategy ?? "auto", rows),
        this.#chunkSize(input.chunkSize),
        this.#clock.now(),
      );
    });
  }

  #strategy(strategy: string, rows: number): StrategyName {
    if (strategy === "auto") {
      if (rows >= this.config.appenderThreshold) return "appender";
      return rows > this.config.valuesThreshold ? "temp-table" : "values";
    }
    const known = STRATEGY_NAMES.find((name) => name === strategy);
    if (known === undefined)
      throw new InputError(
        `There is no insert strategy ${JSON.stringify(strategy)}; known are auto, ${STRATEGY_NAMES.join(", ")}`,
      );
    return known;
  }

  #chunkSize(chunkSize: number | "all" | undefined): number {
    if (chunkSize === "all") return Number.MAX_SAFE_INTEGER;
    const rows = chunkSize ?? this.config.dependencyChunkSize;
    if (!Number.isInteger(rows) || rows < 1)
      throw new InputError(`chunkSize: ${rows} is not a whole number from 1, nor "all"`);
    return rows;
  }

  /** Makes a worker; it claims nothing before `start()`. */
  worker(options: Partial<WorkerOptions> = {}): Worker {
    const { concurrency, claimBatch, pollIntervalMs, drainMs } = this.config;
    const resolved: WorkerOptions = {
      queues: ["default"],
      concurrency,
      claimBatch,
      pollIntervalMs,
      drainMs,
      wake: "notify",
      ...options,
    };
    const worker = new Worker(this.#store, this.#clock, resolved, this.#handlers);
    this.#workers.push(worker);
    return worker;
  }

  /** How a run stands; a finished one is read from the log. */
  run(runId: number): Promise<RunStatus> {
    return this.#store.runStatus(runId);
  }

  /** Resolves when the run has ended and that is committed. */
  waitForRun(runId: number): Promise<RunStatus> {
    return this.#store.waitForRun(runId);
  }

  /** Running totals; scans nothing. */
  stats(): Counters {
    return this.#store.counters();
  }

  /** Runs a query over the tables and views on the reader connection. */
  sql(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    return this.#store.query(text, parameters);
  }

  /** Verifies a run, or the whole database, from the tables alone. */
  audit(runId: number | null = null): Promise<Audit> {
    return this.#store.audit(runId);
  }

  /** Time from ready to claimed, from the log. */
  queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    return this.#store.queueWait();
  }

  /** Rows of the main tables, as a connection of its own sees them. */
  counts(): Promise<RowCounts> {
    return this.#store.counts();
  }

  /** Whether the state in memory is the one that the log gives, job by job; for tests and for doubt. */
  selfCheck(): Promise<SelfCheck> {
    return this.#store.selfCheck();
  }

  /** Stops the workers, commits what is staged, checkpoints and closes the file. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await this.#store.close();
  }
}
