/** Connections: how one is made and made again, and what its errors mean. */
import pg from "pg";
import type { Clock } from "../../lib/clock.ts";
import { InputError, messageOf, QuackmarkError } from "../../lib/errors.ts";
import type { Durability } from "../store.ts";

const BIGINT_OID = 20;
const NUMERIC_OID = 1700;

/** Ids are safe integers, so they are numbers here. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === BIGINT_OID || oid === NUMERIC_OID
      ? Number
      : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/** How to connect. */
export interface ConnectionOptions {
  readonly url: string;
  readonly durability: Durability;
  readonly clock: Clock;
  /** Longest time of trying again before the store gives up. */
  readonly reconnectMs: number;
}

/** One attempt. Errors of a connection that breaks later are events; whoever queries next hears of them too. */
async function connect({ url, durability }: ConnectionOptions): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    types,
    application_name: `quackmark ${process.pid}`,
    keepAlive: true,
  });
  client.on("error", () => undefined);
  await client.connect();
  await client.query(
    `SET synchronous_commit = ${durability === "full" ? "on" : "off"}; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET timezone = 'UTC'`,
  );
  return client;
}

/** First wait between two attempts to connect; it doubles up to the longest. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 2_000;

/** Tries until it succeeds, with growing waits. @throws QuackmarkError when the time is over, or `isOver` says so */
export async function connectAgain(
  options: ConnectionOptions,
  isOver: () => boolean,
): Promise<pg.Client> {
  const startMs = performance.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      return await connect(options);
    } catch (cause) {
      if (isOver() || performance.now() - startMs > options.reconnectMs) {
        throw new QuackmarkError(
          "STORE_UNREACHABLE",
          `PostgreSQL could not be reached for ${options.reconnectMs} ms (${messageOf(cause)}); whether what was under way is stored is not known; start the server and open the queue again`,
          { cause },
        );
      }
    }
    // Real time: a server does not come back when a clock of ours is moved.
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** Whether the connection broke, so that what was sent may or may not have been done. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && !(error instanceof QuackmarkError);
  return code.startsWith("08") || code.startsWith("57P0") || /^E[A-Z]+$/.test(code);
}

/** Whether the server undid a transaction for the sake of another one: the same call can be made again. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40P01" || code === "40001";
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** The error that a caller is given for one that our SQL raised. */
export function translated(error: unknown): unknown {
  const text = messageOf(error);
  switch (codeOf(error)) {
    case "QM001":
      return new QuackmarkError("DUPLICATE_JOB", text, { cause: error });
    case "QM002":
      return new InputError(text, { cause: error, code: "UNKNOWN_PARENT" });
    case "QM003":
      return new InputError(text, { cause: error });
    case "QM004":
      return new InputError(text, { cause: error, code: "TOO_DEEP" });
    default:
      return error;
  }
}
