/**
 * The side of the database that only reads: our own questions on one connection, users' queries on another.
 * When the database is opened again, readers in flight end first, and those that come meanwhile wait.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Clock } from "../../lib/clock.ts";
import type { Repair } from "../store.ts";
import type { Database } from "./database.ts";
import { type ReadLimits, SqlWindow } from "./sql-window.ts";

/** See the file's head. */
export class ReadSide {
  /** What was mended when the database was first opened. */
  readonly repair: Repair | null;
  readonly #limits: ReadLimits;
  readonly #clock: Clock;
  #database: Database;
  #window: SqlWindow;
  #swaps = 0;
  #swapped: Promise<void> = Promise.resolve();
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(database: Database, limits: ReadLimits, clock: Clock) {
    this.repair = database.repair;
    this.#limits = limits;
    this.#clock = clock;
    this.#database = database;
    this.#window = new SqlWindow(database.window, limits, clock);
  }

  /** Runs questions of ours. They are asked again where the database was opened anew under them. */
  read<T>(work: (reader: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#tracked(() => work(this.#database.reader));
  }

  /** Runs a query of a user's; see {@link SqlWindow.all}. */
  query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    return this.#tracked(() => this.#window.all(text, parameters));
  }

  /**
   * Brings another opening of the database into use; `open` closes the old one.
   *
   * @param interrupt whether readers in flight are stopped, or may finish
   */
  async swap(interrupt: boolean, open: () => Promise<Database>): Promise<Database> {
    const waiting = this.#swapped;
    let done = (): void => undefined;
    this.#swapped = new Promise((resolve) => {
      done = resolve;
    });
    await waiting;
    try {
      this.#swaps++;
      if (interrupt) {
        this.#database.reader.interrupt();
        this.#database.window.interrupt();
      }
      await Promise.allSettled(this.#inFlight);
      const database = await open();
      this.#database = database;
      this.#window = new SqlWindow(database.window, this.#limits, this.#clock);
      return database;
    } finally {
      done();
    }
  }

  async #tracked<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.#swapped;
      const swaps = this.#swaps;
      const answer = work();
      this.#inFlight.add(answer);
      try {
        return await answer;
      } catch (error) {
        if (swaps === this.#swaps) throw error;
      } finally {
        this.#inFlight.delete(answer);
      }
    }
  }
}
