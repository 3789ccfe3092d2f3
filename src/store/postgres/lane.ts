/**
 * The connection on which a process changes jobs, one operation after the other. What is asked while one is under
 * way is sent together: jobs that enter, all settles, and the claim that follows them, are one round trip and one commit.
 *
 * When the connection breaks the lane connects again and asks whether the operation was committed, from the
 * rows that it would have left; it is sent again only if it was not.
 */
import type { Client } from "pg";
import { QuackmarkError } from "../../lib/errors.ts";
import {
  type ConnectionOptions,
  connectAgain,
  isConflict,
  isLost,
  translated,
} from "./connection.ts";

/** One operation: one transaction on the server. */
export interface Operation<T> {
  /** Sends it; may be called again after a conflict or a lost connection. */
  send(client: Client): Promise<T>;
  /** After a lost connection: its result if it was committed, else null. Absent where doing it twice does no harm. */
  find?(client: Client): Promise<T | null>;
}

/** Takes what waits at the head of the line into one operation; see {@link Lane.batch}. */
export interface Batch {
  readonly operation: Operation<void>;
  reject(error: unknown): void;
}

/** What the lane is given. */
export interface LaneOptions extends ConnectionOptions {
  readonly counters: { commits: number; statements: number; conflicts: number };
  /** Runs what an operation sends. */
  around<T>(client: Client, send: () => Promise<T>): Promise<T>;
  /** Called with each new connection after the first. */
  onReconnected(): void;
  /** The batch of enqueues, settles and claims that were asked for, or null. */
  takeBatch(): Batch | null;
}

/** Turns of the event loop before a batch is taken. */
const GATHER_TURNS = 2;
/** Most repetitions of an operation that the server undid for the sake of another one. */
const CONFLICT_LIMIT = 100;

/** See the file's head. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: (() => Promise<void>)[] = [];
  #client: Client;
  #running = false;
  #batchPlaces = 0;
  #closed = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(client: Client, options: LaneOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Runs an operation after those before it. @throws what the server says, translated */
  run<T>(operation: Operation<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#batchPlaces = 0;
      this.#push(() => this.#do(operation).then(resolve, reject));
    });
  }

  /** Something was added to the batch that `takeBatch` will take; it keeps its place in the line. */
  batch(): void {
    if (this.#batchPlaces > 0) return;
    this.#batchPlaces = 1;
    this.#push(async () => {
      // What the last operation set off joins: its jobs end, workers claim, producers go on.
      for (let turns = 0; turns < GATHER_TURNS; turns++)
        await new Promise<void>((resolve) => this.#options.clock.defer(resolve));
      this.#batchPlaces = 0;
      for (let batch = this.#options.takeBatch(); batch !== null; batch = this.#options.takeBatch())
        await this.#do(batch.operation).catch(batch.reject);
    });
  }

  #push(step: () => Promise<void>): void {
    this.#waiting.push(step);
    if (this.#running) return;
    this.#running = true;
    // What the same turn still asks for goes with it.
    this.#idle = Promise.resolve().then(() => this.#work());
  }

  async #work(): Promise<void> {
    for (let step = this.#waiting.shift(); step !== undefined; step = this.#waiting.shift())
      await step();
    this.#running = false;
  }

  async #do<T>(operation: Operation<T>): Promise<T> {
    const { counters } = this.#options;
    for (let conflicts = 0; ; ) {
      try {
        const client = this.#client;
        const result = await this.#options.around(client, () => operation.send(client));
        counters.commits++;
        counters.statements++;
        return result;
      } catch (error) {
        if (isConflict(error) && ++conflicts < CONFLICT_LIMIT) {
          counters.conflicts++;
          continue;
        }
        if (!isLost(error)) throw translated(error);
        const found = await this.#reconnectAndFind(operation);
        if (found !== null) return found;
      }
    }
  }

  async #reconnectAndFind<T>(operation: Operation<T>): Promise<T | null> {
    for (;;) {
      this.#client.end().catch(() => undefined);
      if (this.#closed)
        throw new QuackmarkError(
          "QUEUE_CLOSED",
          "The queue was closed while PostgreSQL could not be reached",
        );
      this.#client = await connectAgain(this.#options, () => this.#closed);
      this.#options.onReconnected();
      if (operation.find === undefined) return null;
      try {
        return await operation.find(this.#client);
      } catch (error) {
        if (!isLost(error)) throw error;
      }
    }
  }

  /** Waits for what was asked, then disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#idle;
    await this.#client.end().catch(() => undefined);
  }
}
