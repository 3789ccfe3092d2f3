/**
 * The lane: the only writer. Everything staged in one turn is one transaction, and while it commits
 * the next batch fills (group commit). A promise resolves only after its commit.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Clock } from "../../lib/clock.ts";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Counters } from "../store.ts";
import { ChunkAppender } from "./chunk-appender.ts";
import { LogBatch } from "./log-batch.ts";

/** Awaited at each named step, so that tests can schedule or stop there. */
export type Gate = (point: string) => Promise<void>;

interface Batch {
  readonly log: LogBatch;
  committed: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

function newBatch(log: LogBatch): Batch {
  let resolve = (): void => undefined;
  let reject = (_: unknown): void => undefined;
  const committed = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever staged something awaits it too; a batch nobody awaits must not end the process.
  committed.catch(() => undefined);
  return { log, committed, resolve, reject };
}

/** See the file's head. */
export class Lane {
  readonly #connection: DuckDBConnection;
  readonly #clock: Clock;
  readonly #gate: Gate | undefined;
  readonly #counters: Counters;
  #filling = newBatch(new LogBatch());
  #spare = new LogBatch();
  #appender: ChunkAppender | null = null;
  #nextSeq: number;
  #kicked = false;
  #tail: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  constructor(
    connection: DuckDBConnection,
    clock: Clock,
    counters: Counters,
    nextSeq: number,
    gate?: Gate,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#counters = counters;
    this.#nextSeq = nextSeq;
    this.#gate = gate;
  }

  /** Stages one row of the log. */
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
    this.#filling.log.push(
      this.#nextSeq++,
      job,
      state,
      attempt,
      this.#clock.now(),
      worker,
      atMs,
      cause,
      by,
      payload,
    );
    this.#kick();
  }

  /** Resolves when everything staged so far is committed; at once when nothing is. */
  get committed(): Promise<void> {
    return this.#filling.log.length > 0 ? this.#filling.committed : this.#tail;
  }

  /** Runs `work` in a transaction of its own, in turn with the batches. An error rolls it back. */
  exclusive<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const done = this.#tail.then(() => this.#transaction(work));
    this.#tail = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Runs a statement that must stand outside a transaction, such as CHECKPOINT. */
  outside(sql: string): Promise<void> {
    const done = this.#tail.then(async () => {
      await this.#connection.run(sql);
    });
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Waits for all that was staged, then closes the appender. */
  async close(): Promise<void> {
    while (this.#kicked || this.#filling.log.length > 0) await this.#filling.committed;
    await this.#tail;
    this.#appender?.close();
    this.#appender = null;
  }

  #kick(): void {
    if (this.#kicked) return;
    this.#kicked = true;
    this.#clock.defer(() => {
      const turn = this.#tail.then(() => this.#writeBatch());
      this.#tail = turn.catch(() => undefined);
    });
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#filling;
    this.#filling = newBatch(this.#spare);
    this.#kicked = false;
    try {
      if (this.#failure !== null) throw this.#failure;
      await this.#transaction(async () => {
        this.#appender ??= await ChunkAppender.open(this.#connection, "transitions");
        this.#appender.append(batch.log.source());
        this.#appender.flush();
        this.#counters.statements++;
        this.#counters.rowsWritten += batch.log.length;
      });
      batch.resolve();
    } catch (cause) {
      this.#failure ??= new QuackmarkError(
        "STORE_IN_DOUBT",
        "A commit failed, and whether it reached the disk is not known; close this queue and open it again to recover",
        { cause },
      );
      batch.reject(this.#failure);
    }
    batch.log.clear();
    this.#spare = batch.log;
  }

  async #transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#gate) await this.#gate("lane.begin");
    await this.#connection.run("BEGIN");
    let value: T;
    try {
      value = await work(this.#connection);
      if (this.#gate) await this.#gate("lane.commit");
    } catch (error) {
      await this.#connection.run("ROLLBACK");
      throw error;
    }
    await this.#connection.run("COMMIT");
    this.#counters.commits++;
    this.#counters.statements += 2;
    if (this.#gate) await this.#gate("lane.committed");
    return value;
  }
}
