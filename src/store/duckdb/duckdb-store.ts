/** The embedded store: ledger in memory, log on disk, one lane that writes. */
import { QuackmarkError } from "../../lib/errors.ts";
import type {
  Audit,
  Claim,
  Counters,
  Outcome,
  RowCounts,
  RunStatus,
  Settled,
  Store,
  StrategyName,
  Submission,
  SubmitReceipt,
} from "../store.ts";
import { audit } from "./audit.ts";
import type { Database } from "./database.ts";
import { type DuckDBStoreOptions, DurableLedger } from "./durable-ledger.ts";
import { rowsOf, writeSubmission } from "./insert/write-submission.ts";
import { readCounts, readQueueWait, readRows, readRunStatus } from "./reads.ts";
import { RunWaiters } from "./run-waiters.ts";
import { type SelfCheck, selfCheck } from "./self-check.ts";

/** See the file's head. */
export class DuckDBStore implements Store {
  readonly #options: DuckDBStoreOptions;
  readonly #durable: DurableLedger;
  readonly #subscribers = new Set<() => void>();
  readonly #waiters = new RunWaiters();
  #closed = false;

  private constructor(options: DuckDBStoreOptions, durable: DurableLedger) {
    this.#options = options;
    this.#durable = durable;
    durable.onInstalled = () => {
      this.#announce();
      this.#settleWaiters();
    };
  }

  /** Opens or creates a database and takes its live jobs in. @throws AlreadyOpenError, QuackmarkError */
  static async open(options: DuckDBStoreOptions): Promise<DuckDBStore> {
    return new DuckDBStore(options, await DurableLedger.open(options));
  }

  async submit(
    submission: Submission,
    strategy: StrategyName,
    chunkSize: number,
    nowMs: number,
  ): Promise<SubmitReceipt> {
    this.#assertOpen();
    const { lane, counters } = this.#durable;
    const runId = lane.takeIds("runs");
    const firstJobId = lane.takeIds("jobs", submission.nodeCount);
    const write = { submission, runId, firstJobId, nowMs, strategy, chunkSize };
    const cost = await lane.exclusive(
      `SELECT count(*) FROM dag_runs WHERE id = ${runId}`,
      (connection) =>
        writeSubmission(connection, write, (rows) => {
          counters.rowsWritten += rows;
        }),
      () => this.#durable.ledger.admit(submission, runId, firstJobId, nowMs),
    );
    counters.statements += cost.statements;
    this.#announce();
    return {
      runId,
      firstJobId,
      jobs: submission.nodeCount,
      edges: submission.children.length,
      strategy,
      ...cost,
      commits: 1,
      rows: rowsOf(submission),
    };
  }

  async claim(
    queues: readonly string[],
    limit: number,
    workerId: number,
    nowMs: number,
  ): Promise<readonly Claim[]> {
    this.#assertOpen();
    const { ledger, lane, counters } = this.#durable;
    counters.polls++;
    ledger.promoteDue(nowMs);
    const claims = ledger.claim(queues, limit, workerId);
    if (claims.length > 0) await lane.committed;
    return claims;
  }

  async settle(outcomes: readonly Outcome[], workerId: number, nowMs: number): Promise<Settled> {
    this.#assertOpen();
    const { ledger, lane, counters } = this.#durable;
    let applied = 0;
    for (const outcome of outcomes) if (ledger.settle(outcome, workerId, nowMs)) applied++;
    const stale = outcomes.length - applied;
    counters.staleSettles += stale;
    this.#announce();
    await lane.committed;
    return { applied, stale };
  }

  promoteDue(nowMs: number): number {
    const promoted = this.#durable.ledger.promoteDue(nowMs);
    if (promoted > 0) this.#announce();
    return promoted;
  }

  nextDueAt(): number {
    return this.#durable.ledger.nextDueMs;
  }

  subscribe(onReady: () => void): () => void {
    this.#subscribers.add(onReady);
    return () => this.#subscribers.delete(onReady);
  }

  newWorkerId(): number {
    return this.#durable.lane.takeIds("workers");
  }

  async runStatus(runId: number): Promise<RunStatus> {
    this.#assertOpen();
    const live = this.#durable.ledger.runs.status(runId);
    if (live !== undefined) return live;
    await this.#durable.lane.committed;
    return readRunStatus(this.#reader, runId);
  }

  waitForRun(runId: number): Promise<RunStatus> {
    const live = this.#durable.ledger.runs.status(runId) !== undefined;
    return live ? this.#waiters.wait(runId) : this.runStatus(runId);
  }

  counters(): Counters {
    const { counters, ledger } = this.#durable;
    return { ...counters, ready: ledger.readyCount, claimed: ledger.claimedCount };
  }

  async query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.#assertOpen();
    return readRows(this.#reader, text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.#assertOpen();
    return audit(this.#reader, runId);
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.#assertOpen();
    return readQueueWait(this.#reader);
  }

  async counts(): Promise<RowCounts> {
    this.#assertOpen();
    return readCounts(this.#reader);
  }

  /** Compares the ledger with the log at the first moment when nothing is staged. */
  async selfCheck(): Promise<SelfCheck> {
    const { config, clock } = this.#options;
    for (;;) {
      this.#assertOpen();
      const { lane } = this.#durable;
      await lane.committed;
      const found = await lane.quiet(async () => {
        if (lane.hasStaged) return null;
        const { ledger, database } = this.#durable;
        return selfCheck(ledger, database.writer, config, clock.now());
      });
      if (found !== null) return found;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#durable.close();
    const error = new QuackmarkError("QUEUE_CLOSED", "The queue was closed while this waited");
    this.#waiters.rejectAll(error);
  }

  get #reader(): Database["reader"] {
    return this.#durable.database.reader;
  }

  /** Runs that ended in a commit that was in doubt: nobody else will announce them. */
  #settleWaiters(): void {
    for (const runId of this.#waiters.runIds) {
      if (this.#durable.ledger.runs.status(runId) !== undefined) continue;
      readRunStatus(this.#reader, runId).then(
        (status) => this.#waiters.settle(status),
        () => undefined,
      );
    }
  }

  /** Wakes workers, and after the commit whoever waits for a run that ended. */
  #announce(): void {
    const { ledger, lane } = this.#durable;
    const closed = ledger.runs.takeClosed();
    if (closed.length > 0) {
      lane.committed.then(
        () => {
          for (const status of closed) this.#waiters.settle(status);
        },
        () => undefined,
      );
    }
    if (ledger.readyCount > 0) for (const wake of this.#subscribers) wake();
  }

  #assertOpen(): void {
    if (this.#closed) {
      throw new QuackmarkError("QUEUE_CLOSED", "The queue is closed; open it again to use it");
    }
  }
}
