/** Keeps the claims of this process alive, and in the elected process frees those whose leases ran out. */
import type { Client } from "pg";
import type { CancelTimer } from "../../lib/clock.ts";
import type { ClaimHolder, Token } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import { numbers } from "./arrays.ts";
import { inSchema } from "./names.ts";
import type { Session } from "./session.ts";
import type { Changed } from "./waiting.ts";

/** Leases are renewed when a third of them is over. */
const TICKS_PER_LEASE = 3;

/** See the file's head. */
export class Leases {
  readonly #session: Session;
  readonly #options: StoreOptions;
  readonly #changed: (changed: Changed) => void;
  readonly #holders = new Set<ClaimHolder>();
  #cancelTimer: CancelTimer | undefined;
  #closed = false;

  constructor(session: Session, options: StoreOptions, changed: (changed: Changed) => void) {
    this.#session = session;
    this.#options = options;
    this.#changed = changed;
  }

  /** Registers a holder; returns its removal. */
  add(holder: ClaimHolder): () => void {
    this.#holders.add(holder);
    this.watch();
    return () => this.#holders.delete(holder);
  }

  /** There is something to watch. No timer runs while there is nothing. */
  watch(): void {
    if (this.#cancelTimer !== undefined || this.#closed) return;
    const { clock, config } = this.#options;
    this.#cancelTimer = clock.setTimer(() => {
      this.#cancelTimer = undefined;
      const ticked = this.#tick().catch(() => undefined);
      if (this.#holders.size > 0 || this.#session.held.size > 0) this.watch();
      else void ticked.then(() => this.#rest());
    }, config.leaseMs / TICKS_PER_LEASE);
  }

  /** Whoever does not tick must not keep the election: nobody else would free claims. */
  async #rest(): Promise<void> {
    if (this.#cancelTimer === undefined) await this.#session.listener.resign();
  }

  async #tick(): Promise<void> {
    const tokens = [...this.#holders].flatMap((holder) =>
      Array.from(holder.held(), ({ jobId, attempt }) => ({ jobId, attempt })),
    );
    const { lane, listener } = this.#session;
    const { lost, freed } = await lane.run({
      send: async (client) => ({
        lost: await this.#renew(client, tokens, this.#options.config.leaseMs),
        freed: (await listener.isElected()) ? await this.#reap(client) : [],
      }),
    });
    this.revoke([...lost, ...freed]);
  }

  /** Renews tokens; returns those that are not current any more. */
  renew(tokens: readonly Token[], leaseMs: number): Promise<Token[]> {
    return this.#session.lane.run({ send: (client) => this.#renew(client, tokens, leaseMs) });
  }

  /** Looks whether what we hold is still ours: claims were revoked somewhere, or the connection was lost. */
  checkAll(): void {
    if (this.#closed || this.#session.held.size === 0) return;
    this.#session.lane
      .run({ send: (client) => this.#renew(client, this.#session.held.tokens(), null) })
      .then(
        (lost) => this.revoke(lost),
        () => undefined,
      );
  }

  /** Claims ended without their holders. */
  revoke(tokens: readonly Token[]): void {
    for (const token of tokens) {
      this.#session.held.drop(token.jobId, token.attempt);
      for (const holder of this.#holders) holder.revoked(token);
    }
  }

  async #renew(client: Client, tokens: readonly Token[], leaseMs: number | null): Promise<Token[]> {
    const { schema, instanceId, now } = this.#session;
    const nowMs = now();
    const { rows } = await client.query(
      inSchema(
        schema,
        "SELECT lost FROM {s}.renew($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000))",
      ),
      [
        instanceId,
        numbers(tokens.map(({ jobId }) => jobId)),
        numbers(tokens.map(({ attempt }) => attempt)),
        leaseMs === null ? null : nowMs + leaseMs,
        nowMs,
      ],
    );
    return (rows[0].lost as number[]).map((place) => tokens[place - 1] as Token);
  }

  async #reap(client: Client): Promise<Token[]> {
    const { schema, channel, now } = this.#session;
    const { leaseMs, retryBackoffMs, retryBackoffMaxMs, retryJitterPct } = this.#options.config;
    const factor = 1 - (this.#options.random() * retryJitterPct) / 100;
    const { rows } = await client.query(
      inSchema(
        schema,
        `SELECT r.*, {s}.announce(r.ready, r.closed, $6) FROM {s}.reap(to_timestamp($1::float8 / 1000), $2, $3, $4, $5) r`,
      ),
      [now(), leaseMs, retryBackoffMs, retryBackoffMaxMs, factor, channel],
    );
    const { freed, attempts, ready, delayed, closed } = rows[0];
    this.#changed({ ready, delayed, closed: closed.map(Number) });
    return (freed as string[]).map((id, index) => ({
      jobId: Number(id),
      attempt: attempts[index] as number,
    }));
  }

  /** Watches no more. Claims that are still held are void, as after a crash: nobody waits for their leases. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    const tokens = this.#session.held.tokens();
    if (tokens.length === 0) return;
    const { schema, channel, lane, now } = this.#session;
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options.config;
    const values = [
      numbers(tokens.map(({ jobId }) => jobId)),
      numbers(tokens.map(({ attempt }) => attempt)),
      retryBackoffMs,
      retryBackoffMaxMs,
      now(),
      channel,
    ];
    await lane.run({
      send: (client) =>
        client.query(
          inSchema(
            schema,
            "SELECT {s}.void_claims($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6)",
          ),
          values,
        ),
    });
  }
}
