/** The embedded store: ledger in memory, log on disk, one lane that writes. */
import type { DuckDBValue } from "@duckdb/node-api";
import type { Clock } from "../../lib/clock.ts";
import { InputError, messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import type {
  Audit,
  Claim,
  Counters,
  Outcome,
  RunStatus,
  Settled,
  Store,
  StrategyName,
  Submission,
  SubmitReceipt,
} from "../store.ts";
import { audit } from "./audit.ts";
import { STRATEGIES } from "./insert/strategies.ts";
import { type InsertCost, noCost } from "./insert/strategy.ts";
import { type Gate, Lane } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { type Durability, type OpenDatabase, openDatabase } from "./open.ts";
import { type Counts, recover } from "./recovery.ts";
import { edgeRows, jobRows, runRow } from "./row-source.ts";

/** How to open the embedded store. */
export interface DuckDBStoreOptions {
  readonly path: string;
  readonly durability: Durability;
  readonly config: Config;
  readonly clock: Clock;
  readonly gate: Gate | undefined;
}

interface Waiter {
  resolve(status: RunStatus): void;
  reject(error: unknown): void;
}

/** See the file's head. */
export class DuckDBStore implements Store {
  readonly #database: OpenDatabase;
  readonly #ledger: Ledger;
  readonly #lane: Lane;
  readonly #counters: Counters;
  readonly #subscribers = new Set<() => void>();
  readonly #waiters = new Map<number, Waiter[]>();
  #nextJobId: number;
  #nextRunId: number;
  #nextWorkerId: number;
  #closed = false;

  private constructor(
    database: OpenDatabase,
    ledger: Ledger,
    lane: Lane,
    counters: Counters,
    counts: Counts,
  ) {
    this.#database = database;
    this.#ledger = ledger;
    this.#lane = lane;
    this.#counters = counters;
    this.#nextJobId = counts.nextJobId;
    this.#nextRunId = counts.nextRunId;
    this.#nextWorkerId = counts.nextWorkerId;
  }

  /** Opens or creates a database and recovers its jobs. */
  static async open(options: DuckDBStoreOptions): Promise<DuckDBStore> {
    const database = await openDatabase(options.path, options.durability, options.config);
    try {
      const counters: Counters = {
        commits: 0,
        statements: 0,
        rowsWritten: 0,
        polls: 0,
        conflicts: 0,
        checkpointMs: 0,
        staleSettles: 0,
        ready: 0,
        claimed: 0,
      };
      let lane: Lane | undefined;
      // Recovery may decide a blocked job whose parents ended just before the crash; those rows wait for the lane.
      const early: Parameters<Lane["log"]>[] = [];
      const ledger = new Ledger(options.config, (...row) => {
        if (lane === undefined) early.push(row);
        else lane.log(...row);
      });
      const counts = await recover(database.writer, ledger, options.clock.now());
      lane = new Lane(database.writer, options.clock, counters, counts.nextSeq, options.gate);
      for (const row of early) lane.log(...row);
      return new DuckDBStore(database, ledger, lane, counters, counts);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  async submit(
    submission: Submission,
    strategy: StrategyName,
    chunkSize: number,
    nowMs: number,
  ): Promise<SubmitReceipt> {
    this.#assertOpen();
    const runId = this.#nextRunId++;
    const firstJobId = this.#nextJobId;
    this.#nextJobId += submission.nodeCount;
    const sources = [
      edgeRows(submission, firstJobId),
      jobRows(submission, runId, firstJobId, nowMs),
      runRow(submission, runId, firstJobId, nowMs),
    ];
    const cost = noCost();
    await this.#lane
      .exclusive(async (connection) => {
        for (const source of sources)
          addCost(cost, await STRATEGIES[strategy](connection, source, chunkSize));
      })
      .catch((cause: unknown) => {
        throw new QuackmarkError(
          "INSERT_FAILED",
          `Strategy ${strategy} could not write ${submission.nodeCount} jobs, nothing was stored: ${messageOf(cause)}`,
          { cause },
        );
      });
    this.#ledger.admit(submission, runId, firstJobId, nowMs);
    const rows = submission.nodeCount + submission.children.length + 1;
    this.#counters.rowsWritten += rows;
    this.#counters.statements += cost.statements;
    this.#afterChange();
    return {
      runId,
      firstJobId,
      jobs: submission.nodeCount,
      edges: submission.children.length,
      strategy,
      ...cost,
      commits: 1,
      rows,
    };
  }

  async claim(
    queues: readonly string[],
    limit: number,
    workerId: number,
    nowMs: number,
  ): Promise<readonly Claim[]> {
    this.#assertOpen();
    this.#counters.polls++;
    this.#ledger.promoteDue(nowMs);
    const claims = this.#ledger.claim(queues, limit, workerId, nowMs);
    if (claims.length > 0) await this.#lane.committed;
    return claims;
  }

  async settle(outcomes: readonly Outcome[], workerId: number, nowMs: number): Promise<Settled> {
    this.#assertOpen();
    let applied = 0;
    for (const outcome of outcomes) if (this.#ledger.settle(outcome, workerId, nowMs)) applied++;
    const stale = outcomes.length - applied;
    this.#counters.staleSettles += stale;
    this.#afterChange();
    await this.#lane.committed;
    return { applied, stale };
  }

  promoteDue(nowMs: number): number {
    const promoted = this.#ledger.promoteDue(nowMs);
    if (promoted > 0) this.#afterChange();
    return promoted;
  }

  nextDueAt(): number {
    return this.#ledger.nextDueMs;
  }

  subscribe(onReady: () => void): () => void {
    this.#subscribers.add(onReady);
    return () => this.#subscribers.delete(onReady);
  }

  newWorkerId(): number {
    return this.#nextWorkerId++;
  }

  async runStatus(runId: number): Promise<RunStatus> {
    const live = this.#ledger.run(runId);
    if (live !== undefined) return live;
    await this.#lane.committed;
    const [row] = await this.query(
      "SELECT jobs, done, failed, skipped, cancelled FROM dag_run_stats WHERE id = $run",
      { run: runId },
    );
    if (row === undefined) throw new InputError(`There is no run ${runId}`);
    const [lost] = await this.query(
      "SELECT count(*) AS n FROM jobs j JOIN transitions t ON t.job_id = j.id AND (t.state = 4 OR (t.state = 5 AND t.cause = 2)) WHERE j.run_id = $run AND NOT EXISTS (SELECT 1 FROM job_dependencies d WHERE d.parent_job_id = j.id)",
      { run: runId },
    );
    const number = (name: string) => Number(row[name]);
    const status =
      Number(lost?.["n"]) > 0 ? "failed" : number("cancelled") > 0 ? "cancelled" : "done";
    return {
      runId,
      status,
      jobs: number("jobs"),
      done: number("done"),
      failed: number("failed"),
      skipped: number("skipped"),
      cancelled: number("cancelled"),
    };
  }

  waitForRun(runId: number): Promise<RunStatus> {
    if (this.#ledger.run(runId) === undefined) return this.runStatus(runId);
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(runId) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(runId, waiters);
    });
  }

  counters(): Counters {
    return {
      ...this.#counters,
      ready: this.#ledger.readyCount,
      claimed: this.#ledger.claimedCount,
    };
  }

  async query(
    text: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<Record<string, unknown>[]> {
    this.#assertOpen();
    const result = await this.#database.reader.run(text, parameters as Record<string, DuckDBValue>);
    return result.getRowObjectsJS();
  }

  async audit(runId: number | null): Promise<Audit> {
    this.#assertOpen();
    return audit(this.#database.reader, runId);
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    const [row] = await this.query(
      "SELECT quantile_disc(wait_ms, 0.5) AS p50, quantile_disc(wait_ms, 0.99) AS p99 FROM queue_latency",
    );
    return { p50Ms: Number(row?.["p50"] ?? 0), p99Ms: Number(row?.["p99"] ?? 0) };
  }

  /** The ledger's live jobs as text; recovery must rebuild the same. */
  snapshot(): string[] {
    return this.#ledger.snapshot(Array.from({ length: this.#nextJobId }, (_, id) => id));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lane.close();
    if (this.#database.path !== null) await this.#lane.outside("CHECKPOINT queue");
    this.#database.close();
    const error = new QuackmarkError("QUEUE_CLOSED", "The queue was closed while this was waiting");
    for (const waiters of this.#waiters.values())
      for (const waiter of waiters) waiter.reject(error);
    this.#waiters.clear();
  }

  /** Wakes workers and, after the commit, whoever waits for a run that ended. */
  #afterChange(): void {
    const ended = this.#ledger.endedRuns;
    if (ended.length > 0) {
      this.#ledger.endedRuns = [];
      this.#lane.committed.then(
        () => this.#announce(ended),
        () => undefined,
      );
    }
    if (this.#ledger.readyCount > 0) for (const wake of this.#subscribers) wake();
  }

  #announce(ended: readonly RunStatus[]): void {
    for (const status of ended) {
      for (const waiter of this.#waiters.get(status.runId) ?? []) waiter.resolve(status);
      this.#waiters.delete(status.runId);
    }
  }

  #assertOpen(): void {
    if (this.#closed)
      throw new QuackmarkError("QUEUE_CLOSED", "The queue is closed; open it again to use it");
  }
}

function addCost(total: InsertCost, part: InsertCost): void {
  total.statements += part.statements;
  total.statementBytesMax = Math.max(total.statementBytesMax, part.statementBytesMax);
  total.parametersMax = Math.max(total.parametersMax, part.parametersMax);
}
