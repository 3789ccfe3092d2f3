/** What one open queue has of the database: its lane, its readers, its listener, and its name there. */
import { hostname } from "node:os";
import type { Client } from "pg";
import { systemClock } from "../../lib/clock.ts";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Counters } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import { type ConnectionOptions, connectAgain } from "./connection.ts";
import { EventFeed } from "./event-feed.ts";
import { HeldClaims } from "./held-claims.ts";
import { type Batch, Lane } from "./lane.ts";
import { Listener } from "./listener.ts";
import { migrate } from "./migrations.ts";
import { channelOf, inSchema, type Place } from "./names.ts";
import { Readers } from "./readers.ts";
import { Waiting } from "./waiting.ts";

/** Workers of one instance; see `worker >> 12` in functions/settle.ts. */
const WORKERS_PER_INSTANCE = 4096;

/** What the session tells its owner. */
interface SessionEvents {
  takeBatch(): Batch | null;
  reconnected(): void;
  ready(): void;
  runEnded(runId: number): void;
  revoked(): void;
}

/** See the file's head. */
export interface Session {
  readonly schema: string;
  readonly channel: string;
  readonly instanceId: number;
  readonly lane: Lane;
  readonly readers: Readers;
  readonly listener: Listener;
  readonly held: HeldClaims;
  readonly waiting: Waiting;
  readonly feed: EventFeed;
  readonly counters: Counters;
  /** What is added to our clock to have the server's, so that machines whose clocks differ agree on leases. */
  readonly offsetMs: number;
  /** The server's time. */
  now(): number;
  /** An id that no other worker has, of any process. */
  newWorkerId(): number;
  /** Sets who hears the events. */
  attach(events: SessionEvents): void;
  close(): Promise<void>;
}

const NOBODY: SessionEvents = {
  takeBatch: () => null,
  reconnected: () => undefined,
  ready: () => undefined,
  runEnded: () => undefined,
  revoked: () => undefined,
};

function noCounts(): Counters {
  return {
    commits: 0,
    statements: 0,
    rowsWritten: 0,
    polls: 0,
    conflicts: 0,
    checkpointMs: 0,
    staleSettles: 0,
    ready: 0,
    delayed: 0,
    claimed: 0,
  };
}

/** Connects, brings the schema up, and registers the instance. @throws QuackmarkError */
export async function openSession({ url, schema }: Place, options: StoreOptions): Promise<Session> {
  const { clock, config, durability } = options;
  const connection: ConnectionOptions = { url, durability, clock, reconnectMs: config.reconnectMs };
  // A first attempt that fails is an error at once: the url may be wrong.
  const client = await connectAgain({ ...connection, reconnectMs: 0 }, () => false);
  let offsetMs = 0;
  let instanceId: number;
  try {
    await migrate(client, schema);
    await assertMoved(client, schema);
    if (clock === systemClock) offsetMs = await clockOffset(client);
    const { rows } = await client.query(
      inSchema(
        schema,
        "INSERT INTO {s}.instances(id, host, pid, seen_at) VALUES (nextval('{s}.instance_ids'), $1, $2, to_timestamp($3::float8 / 1000)) RETURNING id",
      ),
      [hostname(), process.pid, clock.now() + offsetMs],
    );
    instanceId = rows[0].id as number;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  let workers = 0;
  let events = NOBODY;
  const counters = noCounts();
  const feed = new EventFeed();
  const around = feed.around.bind(feed);
  const readers = new Readers({ ...connection, around });
  const channel = channelOf(schema);
  const lane = new Lane(client, {
    ...connection,
    around,
    counters,
    takeBatch: () => events.takeBatch(),
    onReconnected: () => events.reconnected(),
  });
  const listener = new Listener(connection, channel, {
    ready: () => events.ready(),
    runEnded: (runId) => events.runEnded(runId),
    revoked: () => events.revoked(),
  });
  await listener.start();
  return {
    schema,
    channel,
    instanceId,
    lane,
    readers,
    listener,
    held: new HeldClaims(),
    waiting: new Waiting(),
    feed,
    counters,
    offsetMs,
    now: () => clock.now() + offsetMs,
    newWorkerId: () => instanceId * WORKERS_PER_INSTANCE + (workers++ % WORKERS_PER_INSTANCE),
    attach(owner) {
      events = owner;
    },
    async close() {
      const gone = inSchema(schema, "DELETE FROM {s}.instances WHERE id = $1");
      await lane.run({ send: (lastly) => lastly.query(gone, [instanceId]) }).catch(() => undefined);
      await Promise.all([lane.close(), listener.close(), readers.close()]);
    },
  };
}

/** A queue that is moved in opens when all of it is there. */
async function assertMoved(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS moving", [
    `${schema}.moving`,
  ]);
  if (rows[0]?.moving !== true) return;
  throw new QuackmarkError(
    "NOT_A_QUEUE",
    `A move into the schema ${schema} is not finished; run the same bench migrate again, or drop the schema`,
  );
}

/** The server's clock less ours, from the middle of a round trip. */
async function clockOffset(client: {
  query(text: string): Promise<{ rows: Record<string, unknown>[] }>;
}): Promise<number> {
  const before = systemClock.now();
  const { rows } = await client.query("SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now");
  const after = systemClock.now();
  return Math.round(Number(rows[0]?.["now"]) - (before + after) / 2);
}
