/**
 * Hears what other processes announce. A notice is a hint: a lost one costs a poll interval, no more. The
 * session of this connection also holds the lock that makes its process the one that reaps.
 */
import type { Client, Notification } from "pg";
import { type ConnectionOptions, connectAgain } from "./connection.ts";

/** What is heard. */
export interface Heard {
  /** Work is ready. */
  ready(): void;
  /** A run has ended. */
  runEnded(runId: number): void;
  /** Claims were revoked, perhaps ours. */
  revoked(): void;
}

/** See the file's head. */
export class Listener {
  readonly #options: ConnectionOptions;
  readonly #channel: string;
  readonly #heard: Heard;
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  #isElected = false;
  #closed = false;

  constructor(options: ConnectionOptions, channel: string, heard: Heard) {
    this.#options = options;
    this.#channel = channel;
    this.#heard = heard;
  }

  /** Begins to listen; resolves when it does. */
  start(): Promise<void> {
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<void> {
    const client = await connectAgain(this.#options, () => this.#closed);
    this.#isElected = false;
    this.#client = client;
    client.on("notification", (notice) => this.#hear(notice));
    client.on("end", () => this.#again(client));
    client.on("error", () => this.#again(client));
    await client.query(`LISTEN ${this.#channel}`).catch(() => undefined);
  }

  #again(client: Client): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = undefined;
    this.#isElected = false;
    client.end().catch(() => undefined);
    this.#connecting = this.#connect().then(
      // What was said meanwhile is not known.
      () => this.#heard.ready(),
      () => undefined,
    );
  }

  #hear({ payload = "" }: Notification): void {
    const [word, id] = payload.split(" ");
    if (word === "ready") this.#heard.ready();
    else if (word === "run") this.#heard.runEnded(Number(id));
    else if (word === "revoked") this.#heard.revoked();
  }

  /** Whether this process is the one that reaps: it holds a lock of the whole database. */
  async isElected(): Promise<boolean> {
    if (this.#client === undefined) return false;
    if (this.#isElected) return true;
    try {
      const { rows } = await this.#client.query<{ won: boolean }>(
        "SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS won",
        [this.#channel],
      );
      this.#isElected = rows[0]?.won === true;
    } catch {
      return false;
    }
    return this.#isElected;
  }

  /** Lets another process be the one that reaps. A connection that breaks does the same. */
  async resign(): Promise<void> {
    if (this.#client === undefined || !this.#isElected) return;
    this.#isElected = false;
    await this.#client
      .query("SELECT pg_advisory_unlock(hashtextextended($1, 1))", [this.#channel])
      .catch(() => undefined);
  }

  /** Disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connecting?.catch(() => undefined);
    await this.#client?.end().catch(() => undefined);
  }
}
