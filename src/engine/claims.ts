/** Claims by hand, for callers with a loop of their own in place of a worker. */
import type { Clock } from "../lib/clock.ts";
import { InputError, QuackmarkError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import type { Claim, OutcomeKind, Store, Token } from "../store/store.ts";

/** What to claim. */
export interface ClaimRequest {
  /** In the order in which they are asked; default: `default`. */
  readonly queues?: readonly string[];
  /** Most jobs; default 1. */
  readonly limit?: number;
  /** Term of the claim; default `leaseMs` of the configuration. Renew it with `heartbeat`. */
  readonly leaseMs?: number;
}

/** See the file's head. Every call resolves when it is stored. */
export class Claims {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #config: Config;
  #workerId = 0;

  constructor(store: Store, clock: Clock, config: Config) {
    this.#store = store;
    this.#clock = clock;
    this.#config = config;
  }

  /** Takes jobs that are ready; an empty list where there are none. */
  claim(request: ClaimRequest = {}): Promise<readonly Claim[]> {
    const { queues = ["default"], limit = 1, leaseMs = this.#config.leaseMs } = request;
    if (!Number.isInteger(limit) || limit < 1)
      throw new InputError(`limit: ${limit} is not a whole number from 1`);
    return this.#store.claim(queues, limit, this.#worker(), this.#clock.now(), leaseMs);
  }

  /** The job is done. @throws QuackmarkError STALE_TOKEN when the claim is not current any more */
  ack(token: Token, result?: unknown): Promise<void> {
    return this.#settle(token, "done", JSON.stringify(result) ?? null);
  }

  /** The attempt failed and uses up a try. @throws QuackmarkError STALE_TOKEN */
  fail(token: Token, error: Error): Promise<void> {
    return this.#settle(
      token,
      "fail",
      JSON.stringify({ name: error.name, message: error.message }),
    );
  }

  /** Gives the job back, due after `delayMs`; no try is used up. @throws QuackmarkError STALE_TOKEN */
  nack(token: Token, delayMs = 0): Promise<void> {
    return this.#settle(token, "nack", null, delayMs);
  }

  /** Renews claims; returns the tokens that are not current any more. */
  heartbeat(tokens: Iterable<Token>, leaseMs: number = this.#config.leaseMs): Promise<Token[]> {
    return this.#store.heartbeat(tokens, this.#clock.now(), leaseMs);
  }

  async #settle(
    { jobId, attempt }: Token,
    kind: OutcomeKind,
    payload: string | null,
    delayMs = 0,
  ): Promise<void> {
    const outcome = { jobId, attempt, kind, payload, delayMs };
    const { stale } = await this.#store.settle([outcome], this.#worker(), this.#clock.now());
    if (stale > 0) throw staleToken(outcome);
  }

  #worker(): number {
    this.#workerId ||= this.#store.newWorkerId();
    return this.#workerId;
  }
}

/** The error of a call whose token is not current. */
export function staleToken({ jobId, attempt }: Token): QuackmarkError {
  return new QuackmarkError(
    "STALE_TOKEN",
    `Attempt ${attempt} of job ${jobId} does not hold the job: it has ended, its lease ran out, or it never was; nothing was changed`,
  );
}
