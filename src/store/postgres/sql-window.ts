/**
 * The read-only window for queries that users write: the text becomes the query of a cursor, which the server takes
 * for one SELECT and nothing else, in a read-only transaction that ends in a rollback. Time and rows are bounded.
 */
import pg from "pg";
import { InputError, messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import { isConflict, isLost } from "./connection.ts";
import type { Readers } from "./readers.ts";

/** Users see BIGINT as `bigint`, as the embedded store gives it. */
const userTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === pg.types.builtins.INT8
      ? BigInt
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** What the server calls a text that is no lone SELECT, or one that would write. */
const REFUSED = new Set(["25006", "0A000", "42501"]);
const TIMED_OUT = "57014";
/** First words of statements that read. */
const READS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*(?:select|with|values|table)\b/i;

/** All rows of one SELECT. Parameters are `$name`. @throws InputError, QuackmarkError `READ_LIMIT` */
export function readWindow(
  readers: Readers,
  schema: string,
  { maxReadMs, maxReadRows }: Config,
  text: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>[]> {
  const names = Object.keys(parameters);
  const numbered = text.replace(/\$([a-z_][a-z0-9_]*)/gi, (whole, name: string) => {
    const place = names.indexOf(name);
    return place < 0 ? whole : `$${place + 1}`;
  });
  if (!READS.test(text) || text.includes("\0"))
    throw refused("answers one SELECT and nothing else");
  return readers.run({
    send: async (client) => {
      await client.query("BEGIN READ ONLY");
      try {
        await client.query(
          `SET LOCAL search_path = ${schema}; SET LOCAL statement_timeout = ${maxReadMs}; SET LOCAL cursor_tuple_fraction = 1`,
        );
        await client.query({
          text: `DECLARE quackmark_window NO SCROLL CURSOR FOR ${numbered}`,
          values: names.map((name) => parameters[name]),
          // One statement alone: the simple protocol would run what stands behind a semicolon.
          queryMode: "extended",
        } as pg.QueryConfig);
        const { rows } = await client.query({
          text: `FETCH ${maxReadRows + 1} FROM quackmark_window`,
          types: userTypes,
        });
        if (rows.length <= maxReadRows) return rows as Record<string, unknown>[];
      } catch (error) {
        throw explained(error, maxReadMs);
      } finally {
        await client.query("ROLLBACK").catch(() => undefined);
      }
      throw new QuackmarkError(
        "READ_LIMIT",
        `The query answers with more than ${maxReadRows} rows; aggregate, add a LIMIT, or raise maxReadRows`,
      );
    },
  });
}

function refused(what: string, cause?: unknown): InputError {
  return new InputError(`The SQL window ${what}; write one SELECT over the tables and views`, {
    code: "READ_ONLY",
    cause,
  });
}

function explained(error: unknown, maxReadMs: number): unknown {
  if (isLost(error) || isConflict(error)) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = messageOf(error);
  if (code === TIMED_OUT)
    return new QuackmarkError(
      "READ_LIMIT",
      `The query ran longer than ${maxReadMs} ms and was stopped; read less, or raise maxReadMs`,
      { cause: error },
    );
  if (REFUSED.has(code) || /multiple commands|DECLARE CURSOR|SELECT INTO/.test(text))
    return refused(`refuses this (${text})`, error);
  return new InputError(`The query is wrong: ${text}`, { cause: error });
}
