/**
 * The read-only window for queries that users write: guarded, in a read-only transaction, and bounded in
 * time and rows.
 *
 * It needs a connection of its own: a transaction spans a connection, and stopping a query stops whatever
 * runs there. Queries take turns.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { InputError, messageOf, QuackmarkError } from "../../lib/errors.ts";
import { guardQuery } from "./sql-guard.ts";

/** What one query may cost. */
export interface ReadLimits {
  /** An open read keeps checkpoints from giving space back, so it has an end. */
  readonly maxReadMs: number;
  /** Rows are held in memory, as objects. */
  readonly maxReadRows: number;
}

/** The first rows of an answer; values as `getRowObjectsJS` gives them (BIGINT is a bigint, TIMESTAMP a Date). */
export interface FirstRows {
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
  /** Whether there are more. */
  readonly more: boolean;
}

/** Errors after which the database is dead; they are not the query's fault. */
const FATAL = /^(?:FATAL|INTERNAL) Error/;

/** See the file's head. */
export class SqlWindow {
  readonly #connection: DuckDBConnection;
  readonly #limits: ReadLimits;
  readonly #clock: Clock;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection, limits: ReadLimits, clock: Clock = systemClock) {
    this.#connection = connection;
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * All rows of one SELECT.
   *
   * @param parameters by name, for `$name` in the text
   * @throws InputError for a query that is refused (`READ_ONLY`), wrong, or wrongly given parameters;
   *   QuackmarkError `READ_LIMIT` when it runs too long or answers with too many rows
   */
  async all(
    text: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<Record<string, unknown>[]> {
    const { maxReadRows } = this.#limits;
    const { rows, more } = await this.first(text, maxReadRows, parameters);
    if (!more) return [...rows];
    throw new QuackmarkError(
      "READ_LIMIT",
      `The query answers with more than ${maxReadRows} rows; add a LIMIT, aggregate, or raise maxReadRows`,
    );
  }

  /** The first `limit` rows of one SELECT. Throws like {@link all}. */
  first(
    text: string,
    limit: number,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<FirstRows> {
    const answer = this.#turn.then(async () => {
      await guardQuery(this.#connection, text);
      return this.#inReadOnlyTransaction(() => this.#read(text, limit, parameters));
    });
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  /** How many rows one SELECT answers with. Throws like {@link all}. */
  async count(text: string): Promise<number> {
    const { rows } = await this.first(`SELECT count(*) AS n FROM (\n${withoutEnd(text)}\n)`, 1);
    return Number(rows[0]?.["n"]);
  }

  async #inReadOnlyTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.#connection.run("BEGIN TRANSACTION READ ONLY");
    try {
      return await work();
    } finally {
      // There is nothing to commit, and an error has ended the transaction already. If even this fails, the
      // database is dead, and the error that killed it is the one to tell.
      await this.#connection.run("ROLLBACK").catch(() => undefined);
    }
  }

  async #read(
    text: string,
    limit: number,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<FirstRows> {
    const { maxReadMs } = this.#limits;
    let late = false;
    let cancelTimer = (): void => undefined;
    const stopWhenLate = (): void => {
      cancelTimer = this.#clock.setTimer(() => {
        late = true;
        this.#connection.interrupt();
        // A query that has not begun to run does not notice.
        stopWhenLate();
      }, maxReadMs);
    };
    stopWhenLate();
    try {
      const result = await this.#run(limited(text, limit + 1), parameters);
      const rows = await result.getRowObjectsJS();
      const more = rows.length > limit;
      return { columns: result.deduplicatedColumnNames(), rows: rows.slice(0, limit), more };
    } catch (cause) {
      if (late)
        throw new QuackmarkError(
          "READ_LIMIT",
          `The query ran longer than ${maxReadMs} ms and was stopped; narrow it, or raise maxReadMs`,
          { cause },
        );
      if (FATAL.test(messageOf(cause))) throw cause;
      throw new InputError(`The query failed: ${firstParagraph(messageOf(cause))}`, { cause });
    } finally {
      cancelTimer();
    }
  }

  /** Not streamed: an error in the middle of a stream ends it without a word, and the answer would be short. */
  async #run(
    text: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Awaited<ReturnType<DuckDBConnection["run"]>>> {
    const prepared = await this.#connection.prepare(text);
    try {
      prepared.bind(parameters as Record<string, DuckDBValue>);
      return await prepared.run();
    } finally {
      prepared.destroySync();
    }
  }
}

/** The guarded text as a subquery, so that no more rows are made than are wanted; their order stays. */
function limited(text: string, rows: number): string {
  return `FROM (\n${withoutEnd(text)}\n) LIMIT ${rows}`;
}

/** What may follow the one statement of a guarded text. */
const END = /^(?:;|\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/;

/** Semicolons that are looked at, from the end: those in comments behind the statement count too. */
const SEMICOLONS = 100;

/** The text up to the semicolon that ends its statement, if there is one. */
function withoutEnd(text: string): string {
  let end = text.length;
  let at = text.length;
  for (let looked = 0; looked < SEMICOLONS && at > 0; looked++) {
    at = text.lastIndexOf(";", at - 1);
    if (at < 0) break;
    if (END.test(text.slice(at))) end = at;
  }
  return text.slice(0, end);
}

/** Without the excerpt of the text that DuckDB adds: its line numbers are those of the subquery. */
function firstParagraph(message: string): string {
  return message.replace(/\n\nLINE[\s\S]*$/, "").replaceAll("\n", " ");
}
