/** Callers who wait until something holds: asked when this process changed something, and at a slow poll. */
import type { CancelTimer } from "../../lib/clock.ts";
import type { StoreOptions } from "../store-options.ts";
import { inSchema } from "./names.ts";
import type { Session } from "./session.ts";

interface Condition {
  readonly text: string;
  readonly values: () => readonly unknown[];
  resolve(): void;
  reject(error: unknown): void;
}

const IDLE = `SELECT NOT (EXISTS (SELECT FROM {s}.live_jobs WHERE state = 1 AND NOT suspect)
  OR EXISTS (SELECT FROM {s}.live_jobs WHERE state = 1 AND suspect) OR EXISTS (SELECT FROM {s}.live_jobs WHERE state = 2)
  OR EXISTS (SELECT FROM {s}.live_jobs WHERE state = 7 AND "at" <= to_timestamp($1::float8 / 1000))) AS holds`;
const EMPTY = "SELECT NOT EXISTS (SELECT FROM {s}.live_jobs WHERE queue = $1) AS holds";

/** See the file's head. */
export class Conditions {
  readonly #session: Session;
  readonly #options: StoreOptions;
  #waiting: Condition[] = [];
  #asking = false;
  #askAgain = false;
  #cancelTimer: CancelTimer | undefined;

  constructor(session: Session, options: StoreOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** No job is ready and none is claimed. */
  idle(): Promise<void> {
    return this.#until(IDLE, () => [this.#session.now()]);
  }

  /** A queue has no live job. */
  empty(queue: string): Promise<void> {
    return this.#until(EMPTY, () => [queue]);
  }

  #until(sql: string, values: () => readonly unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: inSchema(this.#session.schema, sql), values, resolve, reject });
      this.changed();
      this.#poll();
    });
  }

  /** Something may hold by now. */
  changed(): void {
    if (this.#waiting.length === 0) return;
    this.#askAgain = true;
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (this.#askAgain) {
      this.#askAgain = false;
      for (const condition of [...this.#waiting]) {
        const outcome = await this.#session.readers.rows(condition.text, condition.values()).then(
          ([row]) => (row?.["holds"] === true ? condition.resolve : null),
          (error: unknown) => () => condition.reject(error),
        );
        if (outcome === null) continue;
        this.#waiting = this.#waiting.filter((other) => other !== condition);
        outcome();
      }
    }
    this.#asking = false;
  }

  #poll(): void {
    if (this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#options.clock.setTimer(() => {
      this.#cancelTimer = undefined;
      if (this.#waiting.length === 0) return;
      this.changed();
      this.#poll();
    }, this.#options.config.pollIntervalMs);
  }

  /** Nobody need wait any more. */
  close(): void {
    this.#cancelTimer?.();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }
}
