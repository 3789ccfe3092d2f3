/** The schema of a queue: its name from the url, and SQL that names it. */
import { InputError } from "../../lib/errors.ts";

/** Where the tables live unless the url says otherwise. */
const DEFAULT_SCHEMA = "quackmark";
const PARAMETER = "schema";

/** Where a queue is: how to connect, and in which schema. */
export interface Place {
  readonly url: string;
  /** A plain name; it needs no quotes. */
  readonly schema: string;
}

/** Splits a url with `?schema=name`. @throws InputError for a url or name that is none */
export function placeOf(text: string): Place {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new InputError("The PostgreSQL url is not valid; write postgres://user@host/database", {
      cause,
    });
  }
  const schema = url.searchParams.get(PARAMETER) ?? DEFAULT_SCHEMA;
  url.searchParams.delete(PARAMETER);
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema))
    throw new InputError(
      `The schema ${JSON.stringify(schema)} is no plain name; use up to 40 of a–z, 0–9 and _, a digit not first`,
    );
  return { url: url.href, schema };
}

/** Statements of ours are written for any schema: `{s}` stands for it. */
export function inSchema(schema: string, sql: string): string {
  return sql.replaceAll("{s}", schema);
}

/** The channel on which processes tell each other what to look for. */
export function channelOf(schema: string): string {
  return `quackmark_${schema}`;
}
