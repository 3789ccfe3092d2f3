/** Claims by hand, for callers with a loop of their own in place of a worker. */
import type { Clock } from "../lib/clock.ts";
import { InputError, messageOf, QuackmarkError } from "../lib/errors.ts";
import type { Config } from "../model/config.ts";
import type { Claim, OutcomeKind, Store, Token } from "../store/store.ts";
import { errorText } from "./attempt-end.ts";
import { checkToken } from "./check-input.ts";

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
  async claim(request: ClaimRequest = {}): Promise<readonly Claim[]> {
    const { queues = ["default"], limit = 1, leaseMs = this.#config.leaseMs } = request;
    if (!Number.isInteger(limit) || limit < 1)
      throw new InputError(`limit: ${limit} is not a whole number from 1`);
    if (!Array.isArray(queues))
      throw new InputError('queues: give a list of names, such as ["default"]');
    checkLease(leaseMs);
    return await this.#store.claim(queues, limit, this.#worker(), this.#clock.now(), leaseMs);
  }

  /** The job is done. @throws QuackmarkError STALE_TOKEN when the claim is not current any more */
  async ack(token: Token, result?: unknown): Promise<void> {
    await this.#settle(token, "done", resultText(result));
  }

  /** The attempt failed and uses up a try. @throws QuackmarkError STALE_TOKEN */
  fail(token: Token, error: unknown): Promise<void> {
    return this.#settle(token, "fail", errorText(error));
  }

  /** Gives the job back, due after `delayMs`; no try is used up. @throws QuackmarkError STALE_TOKEN */
  async nack(token: Token, delayMs = 0): Promise<void> {
    if (!Number.isFinite(delayMs) || delayMs < 0)
      throw new InputError(`delayMs: ${delayMs} is not a number of milliseconds from 0`);
    await this.#settle(token, "nack", null, delayMs);
  }

  /** Renews claims; returns the tokens that are not current any more. */
  async heartbeat(
    tokens: Iterable<Token>,
    leaseMs: number = this.#config.leaseMs,
  ): Promise<Token[]> {
    checkLease(leaseMs);
    return this.#store.heartbeat(tokens, this.#clock.now(), leaseMs);
  }

  async #settle(
    token: Token,
    kind: OutcomeKind,
    payload: string | null,
    delayMs = 0,
  ): Promise<void> {
    checkToken(token);
    const { jobId, attempt } = token;
    const outcome = { jobId, attempt, kind, payload, delayMs };
    const { stale } = await this.#store.settle([outcome], this.#worker(), this.#clock.now());
    if (stale > 0) throw staleToken(outcome);
  }

  #worker(): number {
    this.#workerId ||= this.#store.newWorkerId();
    return this.#workerId;
  }
}

function checkLease(leaseMs: number): void {
  if (!Number.isFinite(leaseMs) || leaseMs <= 0)
    throw new InputError(`leaseMs: ${leaseMs} is not a number of milliseconds above 0`);
}

/** @throws InputError for a result that is no JSON: the claim stays as it is */
function resultText(result: unknown): string | null {
  try {
    return JSON.stringify(result) ?? null;
  } catch (cause) {
    throw new InputError(
      `The result cannot be written as JSON (${messageOf(cause)}); pass plain data`,
      { cause, code: "UNSERIALIZABLE" },
    );
  }
}

/** The error of a call whose token is not current. */
export function staleToken({ jobId, attempt }: Token): QuackmarkError {
  return new QuackmarkError(
    "STALE_TOKEN",
    `Attempt ${attempt} of job ${jobId} does not hold the job: it has ended, its lease ran out, or it never was; nothing was changed`,
  );
}
