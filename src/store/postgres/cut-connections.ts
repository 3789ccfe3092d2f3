/** Cuts connections of this process, for those who test what becomes of it then. */
import pg from "pg";
import { systemClock } from "../../lib/clock.ts";
import { connectAgain } from "./connection.ts";
import { openLossyProxy } from "./lossy-proxy.ts";
import { inSchema, placeOf } from "./names.ts";

/** See the file's head. */
export interface ConnectionCutter {
  /** The same queue, by a way on which answers can be lost. */
  readonly lossyUrl: string;
  /** Lets the server cut one, chosen by a number; whether there was one. */
  cut(choice: number): Promise<boolean>;
  /** Cuts one of {@link lossyUrl} between what it asks next and the answer; whether it asked for anything. */
  loseAnswer(choice: number): Promise<boolean>;
  /** Removes the schema, if it is there. */
  dropSchema(): Promise<void>;
  /** The server's own, such as `18.4`. */
  version(): Promise<string>;
  close(): Promise<void>;
}

const OTHERS =
  "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid() ORDER BY pid";

/** A connection that asks for nothing in this time has no answer to lose. */
const ASKS_WITHIN_MS = 50;

/** Connects to the server of a queue. */
export async function openCutter(queueUrl: string): Promise<ConnectionCutter> {
  const { url, schema } = placeOf(queueUrl);
  const connection = { url, durability: "full", clock: systemClock, reconnectMs: 0 } as const;
  const client = await connectAgain(connection, () => false);
  const name = `quackmark ${process.pid}`;
  const proxy = await openLossyProxy(new pg.Client(url));
  return {
    lossyUrl: throughPort(queueUrl, proxy.port),
    async cut(choice) {
      const { rows } = await client.query(OTHERS, [name]);
      const victim = rows[choice % Math.max(1, rows.length)];
      if (victim === undefined) return false;
      await client.query("SELECT pg_terminate_backend($1)", [victim.pid]);
      return true;
    },
    loseAnswer: (choice) => proxy.loseAnswer(choice, ASKS_WITHIN_MS),
    async dropSchema() {
      await client.query(inSchema(schema, "DROP SCHEMA IF EXISTS {s} CASCADE"));
    },
    async version() {
      const { rows } = await client.query("SELECT current_setting('server_version') AS version");
      return String(rows[0]?.version);
    },
    async close() {
      await client.end();
      await proxy.close();
    },
  };
}

/** The same url, but to a port of this machine. */
function throughPort(queueUrl: string, port: number): string {
  const url = new URL(queueUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  url.searchParams.delete("host");
  url.searchParams.delete("port");
  return url.href;
}
