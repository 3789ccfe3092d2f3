/** A worker: claims, runs handlers, settles; woken by the store, with a poll as the backstop. */
import type { CancelTimer, Clock } from "../lib/clock.ts";
import type { Claim, Outcome, OutcomeKind, Store, Token } from "../store/store.ts";
import { Abandon, AttemptEnded, errorText, hadNoEffect, RetryLater } from "./attempt-end.ts";
import { JobContext } from "./context.ts";
import { DeadlineTimer } from "./deadline-timer.ts";
import { Expansion } from "./expansion.ts";
import { QueueOrder } from "./queue-order.ts";
import { runHandler, type WorkerOptions, type WorkerParts } from "./worker-options.ts";

/** See the file's head. */
export class Worker {
  readonly id: number;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #parts: WorkerParts;
  readonly #options: WorkerOptions;
  readonly #running = new Map<number, JobContext>();
  readonly #deadlines: DeadlineTimer<JobContext>;
  readonly #settling = new Set<Promise<unknown>>();
  #outcomes: Outcome[] = [];
  #claiming = false;
  #turnPlanned = false;
  #resting = false;
  #stopping = true;
  #cancelPoll: CancelTimer | undefined;
  #unsubscribe: (() => void) | undefined;
  #letGo: (() => void) | undefined;
  #onIdle: (() => void) | undefined;
  #onClaimed: (() => void) | undefined;
  #ending: Promise<void> | undefined;
  readonly #order: QueueOrder;
  #failure: unknown;

  constructor(parts: WorkerParts, options: WorkerOptions) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#options = options;
    this.#order = new QueueOrder(options.queues);
    this.#deadlines = new DeadlineTimer(parts.clock, this.#running, (context) =>
      this.#timeOut(context),
    );
    this.id = parts.store.newWorkerId();
  }

  /** Begins to claim. */
  start(): void {
    if (!this.#stopping) return;
    this.#stopping = false;
    this.#ending = undefined;
    this.#letGo = this.#store.addHolder({
      held: () => this.#running.values(),
      revoked: (token) => this.#revoked(token),
    });
    if (this.#options.wake === "notify")
      this.#unsubscribe = this.#store.subscribe(() => this.#planTurn());
    this.#planTurn();
  }

  /**
   * Claims nothing more, waits up to `drainMs` for running handlers, then releases their jobs: they
   * are ready again, and what their handlers still return is stale. A second call with `drainMs: 0` ends the wait.
   *
   * @throws the store's error if a settle of this worker could not be committed
   */
  stop({ drainMs = this.#options.drainMs }: { readonly drainMs?: number } = {}): Promise<void> {
    if (!this.#stopping) this.#ending = this.#stop(drainMs);
    else if (drainMs === 0) this.#onIdle?.();
    return this.#ending ?? Promise.resolve();
  }

  async #stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    this.#cancelPoll?.();
    await this.#drained(drainMs);
    if (this.#claiming)
      await new Promise<void>((resolve) => {
        this.#onClaimed = resolve;
      });
    for (const context of this.#running.values()) {
      const { jobId, attempt } = context;
      this.#outcomes.push({ jobId, attempt, kind: "release", payload: null });
      context.end(new AttemptEnded("shutdown"));
    }
    this.#running.clear();
    this.#deadlines.cancel();
    this.#letGo?.();
    // A settle that certainly had no effect comes back to be made again.
    while (this.#outcomes.length > 0 || this.#settling.size > 0) {
      this.#flush();
      await Promise.all(this.#settling);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What the handler of a running job says of its progress; undefined where it said nothing. */
  progressOf(jobId: number): JobContext["progressNow"] {
    return this.#running.get(jobId)?.progressNow;
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
      .then(() => this.#options.onSettled?.(outcomes))
      .catch((error: unknown) => {
        if (!hadNoEffect(error)) this.#failure ??= error;
        else {
          this.#outcomes.unshift(...outcomes);
          this.#planTurn();
        }
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
    const nowMs = this.#clock.now();
    const { leaseMs } = this.#options;
    this.#order
      .claim(limit, (queues, most) => this.#store.claim(queues, most, this.id, nowMs, leaseMs))
      .then((claims) => (this.#stopping ? this.#giveBack(claims) : this.#begin(claims)))
      .catch((error: unknown) => {
        this.#claiming = false;
        this.#onClaimed?.();
        if (hadNoEffect(error)) this.#planTurn();
        else this.#failure ??= error;
      });
  }

  /** Claims that were on their way when the stop began: their handlers do not start. */
  #giveBack(claims: readonly Claim[]): void {
    this.#claiming = false;
    for (const { jobId, attempt } of claims)
      this.#outcomes.push({ jobId, attempt, kind: "release", payload: null });
    this.#onClaimed?.();
    if (this.#running.size === 0) this.#onIdle?.();
  }

  #begin(claims: readonly Claim[]): void {
    this.#claiming = false;
    if (claims.length === 0) this.#rest();
    const nowMs = this.#clock.now();
    for (const claim of claims) {
      const context = new JobContext(claim, nowMs, this.#parts.services);
      this.#running.set(claim.jobId, context);
      this.#deadlines.arm(context.deadlineMs);
      this.#run(claim, context);
    }
    if (claims.length > 0 && this.#running.size < this.#options.concurrency) this.#planTurn();
    if (this.#stopping && this.#running.size === 0) this.#onIdle?.();
  }

  /** Nothing was ready: wait for a notice, the next due job or the poll interval, whichever is first. */
  #rest(): void {
    if (this.#stopping) return;
    const { pollIntervalMs, wake } = this.#options;
    const dueMs = wake === "notify" ? this.#store.nextDueAt() - this.#clock.now() : pollIntervalMs;
    const goOn = (): void => {
      this.#resting = false;
      this.#planTurn();
    };
    this.#resting = true;
    // Something may have come due while the claim was under way.
    if (dueMs <= 0) goOn();
    else this.#cancelPoll = this.#clock.setTimer(goOn, Math.min(pollIntervalMs, dueMs));
  }

  #run(claim: Claim, context: JobContext): void {
    runHandler(
      this.#parts,
      claim,
      context,
      (value) => this.#done(context, value),
      (error) => this.#threw(context, error),
    );
  }

  #done(context: JobContext, value: unknown): void {
    if (value instanceof Expansion) {
      this.#expand(context, value);
      return;
    }
    let payload: string | null;
    try {
      payload = JSON.stringify(value) ?? null;
    } catch (error) {
      this.#threw(context, error);
      return;
    }
    this.#ended(context, "done", payload);
  }

  /** The store takes the token with the run; the job is not running any more from there on. */
  #expand(context: JobContext, expansion: Expansion): void {
    if (this.#running.get(context.jobId) !== context) return;
    const expanding = this.#parts.expand(context, expansion).then(
      () => {
        if (this.#running.get(context.jobId) === context) this.#running.delete(context.jobId);
        this.#afterEnd();
      },
      (error: unknown) => {
        if (hadNoEffect(error)) this.#expand(context, expansion);
        else this.#threw(context, error);
      },
    );
    this.#settling.add(expanding);
    void expanding.finally(() => this.#settling.delete(expanding));
  }

  #threw(context: JobContext, error: unknown): void {
    const text = errorText(error);
    if (error instanceof RetryLater)
      this.#ended(context, "nack", text, Math.max(0, error.delayMs) || 0);
    else this.#ended(context, error instanceof Abandon ? "abandon" : "fail", text);
  }

  #timeOut(context: JobContext): void {
    const reason = new AttemptEnded("timeout");
    this.#ended(context, "timeout", errorText(reason));
    context.end(reason);
  }

  /** The store ended the attempt; what its handler still returns would be stale. */
  #revoked({ jobId, attempt }: Token): void {
    const context = this.#running.get(jobId);
    if (context?.attempt !== attempt) return;
    this.#running.delete(jobId);
    context.end(new AttemptEnded("revoked"));
    this.#afterEnd();
  }

  #ended(context: JobContext, kind: OutcomeKind, payload: string | null, delayMs = 0): void {
    const { jobId, attempt } = context;
    // An attempt that ended before its handler is not ours any more; the store would find the token stale.
    if (this.#running.get(jobId) !== context) return;
    this.#running.delete(jobId);
    this.#outcomes.push({ jobId, attempt, kind, payload, delayMs });
    this.#afterEnd();
  }

  #afterEnd(): void {
    this.#planTurn();
    if (this.#stopping && this.#running.size === 0) this.#onIdle?.();
  }
}
