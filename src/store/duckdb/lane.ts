/**
 * The lane: the only writer. All that is staged in one turn is one transaction, and while it commits
 * the next batch fills (group commit). A promise resolves after its commit, and only then.
 *
 * The ledger has changed when a row is staged. So when a commit fails, the ledger and everything staged
 * since are void: the lane asks its owner to open the database again and learns from the rows that are
 * there whether the batch was committed.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Clock } from "../../lib/clock.ts";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Counters } from "../store.ts";
import { ChunkAppender } from "./chunk-appender.ts";
import type { Gate } from "./gate.ts";
import type { IdBlocks, IdKind } from "./id-blocks.ts";
import { LaneBatch } from "./lane-batch.ts";
import type { RowSource } from "./row-source.ts";
import { StagedRows } from "./staged-rows.ts";
import { inTransaction, RolledBack } from "./transaction.ts";

/** What the lane is given. */
export interface LaneOptions {
  readonly connection: DuckDBConnection;
  readonly clock: Clock;
  readonly gate: Gate | undefined;
  readonly counters: Counters;
  readonly ids: IdBlocks;
  /** Called after each commit. */
  onCommitted(): void;
  /** Opens the database again and answers whether a row is there: `witness` is a query of one number. */
  reopen(witness: string): Promise<Reopened>;
}

/** The database opened again. */
export interface Reopened {
  readonly connection: DuckDBConnection;
  /** Whether the row of the witness is there. */
  readonly committed: boolean;
  /** Brings the ledger that was rebuilt from the log into force, at once. */
  install(): void;
}

const NOT_COMMITTED =
  "A commit failed before this operation was written; it certainly had no effect, and can be tried again";
const STORE_IN_DOUBT =
  "A commit failed and the database cannot be opened again, so whether the operation is stored is not known; mend the cause and open the queue again";

/** See the file's head. */
export class Lane {
  readonly #options: LaneOptions;
  #connection: DuckDBConnection;
  #filling = new LaneBatch();
  #spare = new StagedRows();
  #appenders = new Map<string, ChunkAppender>();
  #kicked = false;
  #tail: Promise<void> = Promise.resolve();
  #dead: QuackmarkError | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#connection = options.connection;
  }

  /** Stages one row of the log; see `Log` in ledger.ts. */
  log(
    job: number,
    state: number,
    attempt: number,
    worker: number,
    atMs: number,
    cause: number,
    by: number,
    payload: string | null,
  ): void {
    const { ids, clock } = this.#options;
    const seq = ids.take("seq");
    const { log } = this.#filling.rows;
    log.push(seq, job, state, attempt, clock.now(), worker, atMs, cause, by, payload);
    this.#filling.lastSeq = seq;
    this.#kick();
  }

  /** Stages one row of `control`. */
  control(kind: string, key: string, value: unknown): void {
    const { ids, clock } = this.#options;
    const seq = ids.take("seq");
    this.#filling.rows.control.push(seq, kind, key, JSON.stringify(value), clock.now());
    this.#filling.lastSeq = seq;
    this.#kick();
  }

  /** Stages rows of new jobs and what belongs to them, up to the job `lastJobId`. */
  addRows(sources: readonly RowSource[], lastJobId: number): void {
    for (const source of sources) this.#filling.rows.add(source);
    this.#filling.lastJobId = lastJobId;
    this.#kick();
  }

  /** Takes ids; their reservation is staged where it is due. */
  takeIds(kind: IdKind, count = 1): number {
    const first = this.#options.ids.take(kind, count);
    this.#reserveIds();
    return first;
  }

  /** Resolves when all that is staged by now is committed. */
  get committed(): Promise<void> {
    return this.#filling.filled ? this.#filling.committed : this.#tail;
  }

  /** Whether rows are staged that no transaction has taken up. */
  get hasStaged(): boolean {
    return this.#filling.filled;
  }

  /**
   * Runs `work` in a transaction of its own, in turn with the batches.
   *
   * @param witness a query of one number above 0 exactly if the transaction was committed
   * @param admit called at once after the commit; not called where the database was opened again since,
   *   because the rebuilt ledger holds the rows already
   * @throws what `work` threw, when it was rolled back; QuackmarkError when the store is in doubt
   */
  exclusive<T>(
    witness: string,
    work: (connection: DuckDBConnection) => Promise<T>,
    admit: () => void,
  ): Promise<T> {
    return this.#inTurn(async () => {
      await this.#writeReservation();
      if (this.#dead !== null) throw this.#dead;
      let value: T | undefined;
      try {
        await this.#transaction(async () => {
          value = await work(this.#connection);
        });
        admit();
      } catch (error) {
        if (error instanceof RolledBack) throw error.cause;
        const committed = await this.#recover(witness, error);
        if (!committed) throw new QuackmarkError("NOT_COMMITTED", NOT_COMMITTED, { cause: error });
      }
      return value as T;
    });
  }

  /** Writes what the log holds to the file, in turn with the batches. */
  checkpoint(): Promise<void> {
    const { gate, clock, counters } = this.#options;
    return this.quiet(async () => {
      if (gate) await gate("store.checkpoint");
      const startMs = clock.now();
      await this.#connection.run("CHECKPOINT");
      counters.checkpointMs += clock.now() - startMs;
    });
  }

  /**
   * Goes over to another connection, in turn with the batches.
   *
   * @param prepare runs on the old connection; where it throws, that one stays in use
   * @param exchange closes the old connection and opens the new one; where it throws, the lane is dead
   */
  exchange(
    prepare: (connection: DuckDBConnection) => Promise<void>,
    exchange: () => Promise<DuckDBConnection>,
  ): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#dead !== null) throw this.#dead;
      this.#closeAppenders();
      await prepare(this.#connection);
      try {
        this.#connection = await exchange();
      } catch (cause) {
        throw this.#die(cause);
      }
    });
  }

  /** Runs `work` while no batch is being written. */
  quiet<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(work);
  }

  /** Waits for all that was staged. */
  async close(): Promise<void> {
    while (this.#filling.filled) await this.#filling.committed.catch(() => undefined);
    await this.#tail;
    this.#closeAppenders();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  #kick(): void {
    this.#filling.filled = true;
    if (this.#kicked) return;
    this.#kicked = true;
    this.#options.clock.defer(() => {
      this.#inTurn(() => this.#writeBatch()).catch(() => undefined);
    });
  }

  #reserveIds(): void {
    const reserved = this.#options.ids.reserve();
    if (reserved === null) return;
    this.control("ids", "reserved", reserved);
    this.#filling.reserves = true;
  }

  /**
   * Commits what reserves the ids that a transaction of its own is about to use. Otherwise a process that dies between
   * the two leaves rows whose ids the next one gives out again.
   *
   * @throws QuackmarkError when it could not be committed: the transaction has had no effect either
   */
  async #writeReservation(): Promise<void> {
    this.#reserveIds();
    const batch = this.#filling;
    if (!batch.reserves) return;
    await this.#writeBatch();
    await batch.committed;
  }

  /**
   * Writes what is staged. The batch is closed only once its transaction is open, so that what the staged
   * rows set off joins them: a job that arrives is committed together with the claim of an idle worker.
   */
  async #writeBatch(): Promise<void> {
    this.#kicked = false;
    const batch = this.#filling;
    if (!batch.filled) return;
    try {
      if (this.#dead !== null) throw this.#dead;
      await this.#transaction(() => {
        this.#fillNext();
        return this.#append(batch);
      });
      batch.resolve();
    } catch (error) {
      if (this.#filling === batch) this.#fillNext();
      await this.#afterFailure(batch, error);
    }
    batch.rows.clear();
    this.#spare = batch.rows;
  }

  /** Closes the batch that fills; what is staged from here on is the next one's. */
  #fillNext(): void {
    this.#reserveIds();
    this.#filling = new LaneBatch(this.#spare);
  }

  async #append(batch: LaneBatch): Promise<void> {
    const { gate } = this.#options;
    for (const source of batch.rows.sources) {
      if (source.length === 0) continue;
      if (gate) await gate("lane.append");
      let appender = this.#appenders.get(source.table);
      if (appender === undefined) {
        appender = await ChunkAppender.open(this.#connection, source.table);
        this.#appenders.set(source.table, appender);
      }
      appender.append(source);
      appender.flush();
      this.#options.counters.statements++;
      this.#options.counters.rowsWritten += source.length;
    }
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    await inTransaction(this.#connection, this.#options.gate, work);
    this.#options.counters.commits++;
    this.#options.counters.statements += 2;
    this.#options.onCommitted();
  }

  async #afterFailure(batch: LaneBatch, error: unknown): Promise<void> {
    try {
      if (this.#dead === null && (await this.#recover(batch.witness, error))) batch.resolve();
      else
        batch.reject(
          this.#dead ?? new QuackmarkError("NOT_COMMITTED", NOT_COMMITTED, { cause: error }),
        );
    } catch (dead) {
      batch.reject(dead);
    }
  }

  /** Opens the database again; what was staged meanwhile rests on a ledger that is void, and is refused. */
  async #recover(witness: string, error: unknown): Promise<boolean> {
    try {
      this.#closeAppenders();
      const { connection, committed, install } = await this.#options.reopen(witness);
      this.#connection = connection;
      this.#options.ids.reserveAnew();
      const refused = this.#filling;
      this.#filling = new LaneBatch();
      refused.reject(new QuackmarkError("NOT_COMMITTED", NOT_COMMITTED, { cause: error }));
      install();
      return committed;
    } catch (cause) {
      throw this.#die(new AggregateError([error, cause]));
    }
  }

  #die(cause: unknown): QuackmarkError {
    this.#dead = new QuackmarkError("STORE_IN_DOUBT", STORE_IN_DOUBT, { cause });
    // Taken away: a close that waits for what is staged would wait for it for ever, and never yield.
    const refused = this.#filling;
    this.#filling = new LaneBatch();
    refused.reject(this.#dead);
    return this.#dead;
  }

  #closeAppenders(): void {
    for (const appender of this.#appenders.values()) appender.discard();
    this.#appenders = new Map();
  }
}
