/** A worker: claims, runs handlers, settles; woken by the store, with a poll as the backstop. */
import type { CancelTimer, Clock } from "../lib/clock.ts";
import { QuackmarkError } from "../lib/errors.ts";
import type { Claim, Outcome, Store } from "../store/store.ts";
import { type Handler, JobContext } from "./context.ts";

/** How a worker works; every value is resolved. */
export interface WorkerOptions {
  readonly queues: readonly string[];
  /** Handlers in flight. */
  readonly concurrency: number;
  /** Most jobs of one claim. */
  readonly claimBatch: number;
  readonly pollIntervalMs: number;
  /** `notify`: woken when work is ready. `poll`: only the interval, so that polling can be measured. */
  readonly wake: "notify" | "poll";
  /** Default of {@link Worker.stop}. */
  readonly drainMs: number;
}

/** Certainly not stored: the same call can be made again. */
function hadNoEffect(error: unknown): boolean {
  return error instanceof QuackmarkError && error.code === "NOT_COMMITTED";
}

function errorText(thrown: unknown): string {
  return thrown instanceof Error
    ? JSON.stringify({ name: thrown.name, message: thrown.message })
    : JSON.stringify({ name: "thrown", message: String(thrown) });
}

/** See the file's head. */
export class Worker {
  readonly id: number;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #options: WorkerOptions;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #running = new Map<number, number>();
  readonly #settling = new Set<Promise<unknown>>();
  #outcomes: Outcome[] = [];
  #claiming = false;
  #turnPlanned = false;
  #resting = false;
  #stopping = true;
  #cancelPoll: CancelTimer | undefined;
  #unsubscribe: (() => void) | undefined;
  #onIdle: (() => void) | undefined;
  #failure: unknown;

  constructor(
    store: Store,
    clock: Clock,
    options: WorkerOptions,
    handlers: ReadonlyMap<string, Handler>,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
    this.#handlers = handlers;
    this.id = store.newWorkerId();
  }

  /** Begins to claim. */
  start(): void {
    if (!this.#stopping) return;
    this.#stopping = false;
    if (this.#options.wake === "notify")
      this.#unsubscribe = this.#store.subscribe(() => this.#planTurn());
    this.#planTurn();
  }

  /**
   * Claims nothing more, waits up to `drainMs` for running handlers, then releases their jobs: they
   * are ready again, and what their handlers still return is stale.
   *
   * @throws the store's error if a settle of this worker could not be committed
   */
  async stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#unsubscribe?.();
    this.#cancelPoll?.();
    await this.#drained(options.drainMs ?? this.#options.drainMs);
    for (const [jobId, attempt] of this.#running)
      this.#outcomes.push({ jobId, attempt, kind: "release", payload: null });
    this.#running.clear();
    this.#flush();
    while (this.#settling.size > 0) await Promise.all(this.#settling);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #drained(drainMs: number): Promise<void> {
    if (this.#running.size === 0 && !this.#claiming) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.setTimer(resolve, drainMs);
      this.#onIdle = () => {
        cancel();
        resolve();
      };
    });
  }

  /** One turn settles what ended and claims again, so that both share a commit. */
  #planTurn(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    this.#clock.defer(() => {
      this.#turnPlanned = false;
      this.#flush();
      if (!this.#stopping) this.#claim();
    });
  }

  #flush(): void {
    if (this.#outcomes.length === 0) return;
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    const settling = this.#store
      .settle(outcomes, this.id, this.#clock.now())
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
    this.#settling.add(settling);
    void settling.finally(() => this.#settling.delete(settling));
  }

  #claim(): void {
    const limit = Math.min(
      this.#options.claimBatch,
      this.#options.concurrency - this.#running.size,
    );
    if (
      this.#claiming ||
      limit <= 0 ||
      this.#failure !== undefined ||
      (this.#resting && this.#options.wake === "poll")
    )
      return;
    this.#claiming = true;
    this.#cancelPoll?.();
    this.#store
      .claim(this.#options.queues, limit, this.id, this.#clock.now())
      .then((claims) => this.#begin(claims))
      .catch((error: unknown) => {
        this.#claiming = false;
        if (hadNoEffect(error)) this.#planTurn();
        else this.#failure ??= error;
      });
  }

  #begin(claims: readonly Claim[]): void {
    this.#claiming = false;
    if (claims.length === 0) this.#rest();
    for (const claim of claims) {
      this.#running.set(claim.jobId, claim.attempt);
      this.#run(claim);
    }
    if (claims.length > 0 && this.#running.size < this.#options.concurrency) this.#planTurn();
    if (this.#stopping && this.#running.size === 0) this.#onIdle?.();
  }

  /** Nothing was ready: wait for a notice, the next due job or the poll interval, whichever is first. */
  #rest(): void {
    if (this.#stopping) return;
    this.#resting = true;
    const dueMs = this.#store.nextDueAt() - this.#clock.now();
    const waitMs =
      this.#options.wake === "notify"
        ? Math.min(this.#options.pollIntervalMs, Math.max(0, dueMs))
        : this.#options.pollIntervalMs;
    this.#cancelPoll = this.#clock.setTimer(() => {
      this.#resting = false;
      this.#planTurn();
    }, waitMs);
  }

  #run(claim: Claim): void {
    try {
      const handler = this.#handlers.get(claim.task);
      if (handler === undefined)
        throw new Error(`There is no task ${JSON.stringify(claim.task)} in this process`);
      const result = handler(
        JSON.parse(claim.args),
        new JobContext(claim.jobId, claim.runId, claim.attempt, claim.timeoutMs),
      );
      if (result instanceof Promise) {
        result.then(
          (value) => this.#done(claim, value),
          (error: unknown) => this.#ended(claim, "fail", errorText(error)),
        );
      } else this.#done(claim, result);
    } catch (error) {
      this.#ended(claim, "fail", errorText(error));
    }
  }

  #done(claim: Claim, value: unknown): void {
    let payload: string | null;
    try {
      payload = JSON.stringify(value) ?? null;
    } catch (error) {
      this.#ended(claim, "fail", errorText(error));
      return;
    }
    this.#ended(claim, "done", payload);
  }

  #ended(claim: Claim, kind: Outcome["kind"], payload: string | null): void {
    // A job released by stop() is not ours any more; the store would find the token stale.
    if (this.#running.get(claim.jobId) !== claim.attempt) return;
    this.#running.delete(claim.jobId);
    this.#outcomes.push({ jobId: claim.jobId, attempt: claim.attempt, kind, payload });
    this.#planTurn();
    if (this.#stopping && this.#running.size === 0) this.#onIdle?.();
  }
}
