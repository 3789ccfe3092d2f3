/** Connections for reads and for submits, beside the lane; made when they are needed. */
import type pg from "pg";
import { QuackmarkError } from "../../lib/errors.ts";
import {
  type ConnectionOptions,
  connectAgain,
  isConflict,
  isLost,
  translated,
} from "./connection.ts";
import type { Operation } from "./lane.ts";

/** Most of them at once; who needs another one waits. */
const CONNECTION_LIMIT = 4;

/** What readers are given. */
export interface ReaderOptions extends ConnectionOptions {
  /** Runs what an operation sends. */
  readonly around?: <T>(client: pg.Client, send: () => Promise<T>) => Promise<T>;
}

/** See the file's head. */
export class Readers {
  readonly #options: ReaderOptions;
  readonly #idle: pg.Client[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;
  #closed = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Runs an operation on a connection of its own; again after a conflict or a lost connection. */
  async run<T>(operation: Operation<T>): Promise<T> {
    for (let doubt = false; ; ) {
      const client = await this.#take();
      let lost = false;
      try {
        const found = doubt ? await operation.find?.(client) : null;
        if (found !== null && found !== undefined) return found;
        return await this.#send(client, operation);
      } catch (error) {
        lost = isLost(error);
        if (!lost && !isConflict(error)) throw translated(error);
        doubt = lost || doubt;
      } finally {
        this.#giveBack(client, lost);
      }
    }
  }

  #send<T>(client: pg.Client, operation: Operation<T>): Promise<T> {
    const { around } = this.#options;
    const send = (): Promise<T> => operation.send(client);
    return around === undefined ? send() : around(client, send);
  }

  /** Rows of a query, as objects. */
  async rows(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.run({
      send: async (client) =>
        (await client.query(text, [...values])).rows as Record<string, unknown>[],
    });
  }

  async #take(): Promise<pg.Client> {
    while (this.#open - this.#idle.length >= CONNECTION_LIMIT && !this.#closed)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#closed)
      throw new QuackmarkError("QUEUE_CLOSED", "The queue is closed; open it again to use it");
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    this.#open++;
    try {
      return await connectAgain(this.#options, () => this.#closed);
    } catch (error) {
      this.#open--;
      throw error;
    }
  }

  #giveBack(client: pg.Client, lost: boolean): void {
    if (lost || this.#closed) {
      this.#open--;
      client.end().catch(() => undefined);
    } else this.#idle.push(client);
    this.#waiting.shift()?.();
  }

  /** Disconnects; what runs ends first. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    this.#open -= this.#idle.length;
    await Promise.all(this.#idle.splice(0).map((client) => client.end().catch(() => undefined)));
  }
}
