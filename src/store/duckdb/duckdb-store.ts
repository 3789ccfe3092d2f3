/** The embedded store: ledger in memory, log on disk, one lane that writes. */
import type { Clock } from "../../lib/clock.ts";
import { messageOf, QuackmarkError } from "../../lib/errors.ts";
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
import { type Database, type Durability, openDatabase, resolveDatabasePath } from "./database.ts";
import type { Gate } from "./gate.ts";
import { IdBlocks } from "./id-blocks.ts";
import { STRATEGIES } from "./insert/strategies.ts";
import { addCost, noCost } from "./insert/strategy.ts";
import { Lane } from "./lane.ts";
import { Ledger, type Log } from "./ledger.ts";
import { snapshotOf } from "./ledger-snapshot.ts";
import { takeLock } from "./lock.ts";
import { readFreeIds, readNumber, readQueueWait, readRows, readRunStatus } from "./reads.ts";
import { type ClaimPolicy, recover } from "./recovery.ts";
import { edgeRows, jobRows, runRow } from "./row-source.ts";
import { RunWaiters } from "./run-waiters.ts";

/** How to open the embedded store. */
export interface DuckDBStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
  readonly config: Config;
  readonly clock: Clock;
  readonly gate: Gate | undefined;
}

/** See the file's head. */
export class DuckDBStore implements Store {
  readonly #options: DuckDBStoreOptions;
  readonly #file: string | null;
  readonly #unlock: () => void;
  readonly #lane: Lane;
  readonly #ids: IdBlocks;
  readonly #counters: Counters;
  readonly #subscribers = new Set<() => void>();
  readonly #waiters = new RunWaiters();
  #database: Database;
  #ledger: Ledger;
  #closed = false;

  private constructor(
    options: DuckDBStoreOptions,
    file: string | null,
    unlock: () => void,
    database: Database,
    ids: IdBlocks,
  ) {
    this.#options = options;
    this.#file = file;
    this.#unlock = unlock;
    this.#database = database;
    this.#ids = ids;
    this.#counters = {
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
    const { clock, gate } = options;
    this.#lane = new Lane({
      connection: database.writer,
      clock,
      gate,
      counters: this.#counters,
      ids,
      reopen: (witness) => this.#reopen(witness),
    });
    this.#ledger = new Ledger(options.config, (...row) => this.#lane.log(...row));
  }

  /** Opens or creates a database and takes its live jobs in. @throws AlreadyOpenError, QuackmarkError */
  static async open(options: DuckDBStoreOptions): Promise<DuckDBStore> {
    const file = resolveDatabasePath(options.path);
    const unlock = file === null ? () => undefined : takeLock(file);
    try {
      const database = await openDatabase(
        file,
        options.durability,
        options.config,
        options.clock.now(),
      );
      try {
        const store = new DuckDBStore(
          options,
          file,
          unlock,
          database,
          new IdBlocks(await readFreeIds(database.writer)),
        );
        store.#install(await store.#rebuild("void"));
        return store;
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (error) {
      unlock();
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
    const { nodeCount, children } = submission;
    const runId = this.#lane.takeIds("runs");
    const firstJobId = this.#lane.takeIds("jobs", nodeCount);
    const sources = [
      edgeRows(submission, firstJobId),
      jobRows(submission, runId, firstJobId, nowMs),
      runRow(submission, runId, firstJobId, nowMs),
    ];
    const cost = noCost();
    const rows = nodeCount + children.length + 1;
    const write = async (connection: Database["writer"]): Promise<void> => {
      try {
        for (const source of sources)
          addCost(cost, await STRATEGIES[strategy](connection, source, chunkSize));
      } catch (cause) {
        throw new QuackmarkError(
          "INSERT_FAILED",
          `Strategy ${strategy} could not write ${rows} rows, and nothing was stored: ${messageOf(cause)}`,
          { cause },
        );
      }
    };
    await this.#lane.exclusive(`SELECT count(*) FROM dag_runs WHERE id = ${runId}`, write, () => {
      this.#ledger.admit(submission, runId, firstJobId, nowMs);
    });
    this.#counters.rowsWritten += rows;
    this.#counters.statements += cost.statements;
    this.#announce();
    return {
      runId,
      firstJobId,
      jobs: nodeCount,
      edges: children.length,
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
    const claims = this.#ledger.claim(queues, limit, workerId);
    if (claims.length > 0) await this.#lane.committed;
    return claims;
  }

  async settle(outcomes: readonly Outcome[], workerId: number, nowMs: number): Promise<Settled> {
    this.#assertOpen();
    let applied = 0;
    for (const outcome of outcomes) if (this.#ledger.settle(outcome, workerId, nowMs)) applied++;
    const stale = outcomes.length - applied;
    this.#counters.staleSettles += stale;
    this.#announce();
    await this.#lane.committed;
    return { applied, stale };
  }

  promoteDue(nowMs: number): number {
    const promoted = this.#ledger.promoteDue(nowMs);
    if (promoted > 0) this.#announce();
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
    return this.#lane.takeIds("workers");
  }

  async runStatus(runId: number): Promise<RunStatus> {
    this.#assertOpen();
    const live = this.#ledger.runs.status(runId);
    if (live !== undefined) return live;
    await this.#lane.committed;
    return readRunStatus(this.#database.reader, runId);
  }

  waitForRun(runId: number): Promise<RunStatus> {
    return this.#ledger.runs.status(runId) === undefined
      ? this.runStatus(runId)
      : this.#waiters.wait(runId);
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
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.#assertOpen();
    return readRows(this.#database.reader, text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.#assertOpen();
    return audit(this.#database.reader, runId);
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.#assertOpen();
    return readQueueWait(this.#database.reader);
  }

  /** The live jobs as text: those in memory, and those that the log gives. They are equal, or a bug is found. */
  async snapshots(): Promise<{ memory: readonly string[]; log: readonly string[] }> {
    this.#assertOpen();
    for (;;) {
      await this.#lane.committed;
      const found = await this.#lane.quiet(() => this.#compare());
      if (found !== null) return found;
    }
  }

  /** Null while rows are staged that the log does not have yet. */
  async #compare(): Promise<{ memory: readonly string[]; log: readonly string[] } | null> {
    if (this.#lane.hasStaged) return null;
    const memory = snapshotOf(this.#ledger);
    const rebuilt = new Ledger(this.#options.config, () => undefined);
    await recover(this.#database.writer, rebuilt, "keep", this.#options.clock.now());
    return { memory, log: snapshotOf(rebuilt) };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lane.control("ids", "free", this.#ids.free());
    await this.#lane.close();
    // The log replays at the next open if this fails; an error here would hide what made it fail.
    if (this.#file !== null) await this.#lane.outside("CHECKPOINT").catch(() => undefined);
    this.#database.close();
    this.#unlock();
    this.#waiters.rejectAll(
      new QuackmarkError("QUEUE_CLOSED", "The queue was closed while this waited"),
    );
  }

  /** A ledger from the log, with the rows that recovery itself logged. */
  async #rebuild(claims: ClaimPolicy): Promise<{ ledger: Ledger; logged: Parameters<Log>[] }> {
    const logged: Parameters<Log>[] = [];
    let log: Log = (...row) => {
      logged.push(row);
    };
    const ledger = new Ledger(this.#options.config, (...row) => log(...row));
    await recover(this.#database.writer, ledger, claims, this.#options.clock.now());
    log = (...row) => this.#lane.log(...row);
    return { ledger, logged };
  }

  #install({ ledger, logged }: { ledger: Ledger; logged: readonly Parameters<Log>[] }): void {
    this.#ledger = ledger;
    for (const row of logged) this.#lane.log(...row);
    this.#announce();
  }

  /** The lane's commit failed: the database is opened again, under the same lock. */
  async #reopen(witness: string): ReturnType<ConstructorParameters<typeof Lane>[0]["reopen"]> {
    const { durability, config, gate, clock } = this.#options;
    if (this.#file === null)
      throw new QuackmarkError("STORE_IN_DOUBT", "a database in memory cannot be opened again");
    this.#database.close();
    if (gate) await gate("store.reopen");
    this.#database = await openDatabase(this.#file, durability, config, clock.now());
    const committed = (await readNumber(this.#database.writer, witness)) > 0;
    const rebuilt = await this.#rebuild("keep");
    return {
      connection: this.#database.writer,
      committed,
      install: () => {
        this.#install(rebuilt);
        this.#settleWaiters();
      },
    };
  }

  /** Runs that ended in a commit that was in doubt: nobody else will announce them. */
  #settleWaiters(): void {
    for (const runId of this.#waiters.runIds) {
      if (this.#ledger.runs.status(runId) !== undefined) continue;
      readRunStatus(this.#database.reader, runId).then(
        (status) => this.#waiters.settle(status),
        () => undefined,
      );
    }
  }

  /** Wakes workers, and after the commit whoever waits for a run that ended. */
  #announce(): void {
    const closed = this.#ledger.runs.takeClosed();
    if (closed.length > 0) {
      this.#lane.committed.then(
        () => {
          for (const status of closed) this.#waiters.settle(status);
        },
        () => undefined,
      );
    }
    if (this.#ledger.readyCount > 0) for (const wake of this.#subscribers) wake();
  }

  #assertOpen(): void {
    if (this.#closed)
      throw new QuackmarkError("QUEUE_CLOSED", "The queue is closed; open it again to use it");
  }
}
