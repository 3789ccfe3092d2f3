/** How a handler ends its attempt otherwise than by a result or an ordinary error. */
import { QuackmarkError } from "../lib/errors.ts";

/** Thrown by a handler: not now. The job is due again after `delayMs`, and no try is used up. */
export class RetryLater extends Error {
  readonly delayMs: number;

  /** @param delayMs milliseconds from now, from 0 */
  constructor(delayMs: number, message = "not now") {
    super(message);
    this.name = "RetryLater";
    this.delayMs = delayMs;
  }
}

/** Thrown by a handler: never. The job is a dead letter at once, whatever tries are left. */
export class Abandon extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Abandon";
  }
}

/** The reason with which `ctx.signal` aborts when an attempt has ended before its handler. */
export class AttemptEnded extends Error {
  /** `timeout`: it took too long. `revoked`: it was cancelled, or its lease ran out. `shutdown`: the worker stopped. */
  override readonly cause: "timeout" | "revoked" | "shutdown";

  constructor(cause: AttemptEnded["cause"]) {
    super(`the attempt has ended: ${cause}`);
    this.name = "AttemptEnded";
    this.cause = cause;
  }
}

/** What was thrown as the JSON text that the log keeps. */
export function errorText(thrown: unknown): string {
  const { name, message } =
    thrown instanceof Error ? thrown : { name: "thrown", message: String(thrown) };
  return JSON.stringify({ name, message });
}

/** Certainly not stored: the same call can be made again. */
export function hadNoEffect(error: unknown): boolean {
  return error instanceof QuackmarkError && error.code === "NOT_COMMITTED";
}
