/** A worker: claims, runs handlers, settles; woken by the store, with a poll as the backstop. */
import type { CancelTimer, Clock } from "../lib/clock.ts";
import type { Claim, OutcomeKind, Store, Token } from "../store/store.ts";
import { Abandon, AttemptEnded, errorText, hadNoEffect, RetryLater } from "./attempt-end.ts";
import { checkDrainMs } from "./check-input.ts";
import { JobContext } from "./context.ts";
import { DeadlineTimer } from "./deadline-timer.ts";
import { Expansion } from "./expansion.ts";
import { QueueOrder } from "./queue-order.ts";
import { Settler } from "./settler.ts";
import { runHandler, type WorkerOptions, type WorkerParts } from "./worker-options.ts";

/** See the file's head. */
export class Worker {
  readonly id: number;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #parts: WorkerParts;
  readonly #options: WorkerOptions;
  readonly #running = new Map<number, JobContext>();
  /** Claimed beyond the free places and not begun, in the order of their claims, by job. */
  readonly #prefetched = new Map<number, Claim>();
  readonly #deadlines: DeadlineTimer<JobContext>;
  readonly #settler: Settler;
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
    this.#settler = new Settler({
      store: parts.store,
      workerId: this.id,
      now: () => parts.clock.now(),
      onSettled: (outcomes) => options.onSettled?.(outcomes),
      onBack: () => this.#planTurn(),
    });
  }

  /** Begins to claim. */
  start(): void {
    if (!this.#stopping) return;
    this.#stopping = false;
    this.#ending = undefined;
    this.#letGo = this.#store.addHolder({
      held: () => [...this.#running.values(), ...this.#prefetched.values()],
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
  async stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    const { drainMs = this.#options.drainMs } = options;
    checkDrainMs(drainMs);
    if (!this.#stopping) this.#ending = this.#stop(drainMs);
    else if (drainMs === 0) this.#onIdle?.();
    await this.#ending;
  }

  async #stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    this.#cancelPoll?.();
    // What no handler has begun is others' at once.
    this.#settler.release(this.#prefetched.values());
    this.#prefetched.clear();
    this.#settler.flush();
    await this.#drained(drainMs);
    if (this.#claiming)
      await new Promise<void>((resolve) => {
        this.#onClaimed = resolve;
      });
    this.#settler.release(this.#running.values());
    for (const context of this.#running.values()) context.end(new AttemptEnded("shutdown"));
    this.#running.clear();
    this.#deadlines.cancel();
    this.#letGo?.();
    await this.#settler.all();
  }

  /** What the handler of a running job says of its progress; undefined where it said nothing. */
  progressOf(jobId: number): JobContext["progressNow"] {
    return this.#running.get(jobId)?.progressNow;
  }

  #drained(drainMs: number): Promise<void> {
    if (drainMs === 0 || (this.#running.size === 0 && !this.#claiming)) return Promise.resolve();
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
      this.#startPrefetched();
      this.#settler.flush();
      if (!this.#stopping) this.#claim();
    });
  }

  /** How many jobs more may be claimed. */
  get #places(): number {
    const { concurrency, prefetch } = this.#options;
    return concurrency + prefetch - this.#running.size - this.#prefetched.size;
  }

  #claim(): void {
    const limit = Math.min(this.#options.claimBatch, this.#places);
    if (
      this.#claiming ||
      limit <= 0 ||
      this.#settler.failure !== undefined ||
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
        else this.#settler.failure ??= error;
      });
  }

  /** Claims that were on their way when the stop began: their handlers do not start. */
  #giveBack(claims: readonly Claim[]): void {
    this.#claiming = false;
    this.#settler.release(claims);
    this.#onClaimed?.();
    if (this.#running.size === 0) this.#onIdle?.();
  }

  #begin(claims: readonly Claim[]): void {
    this.#claiming = false;
    if (claims.length === 0) this.#rest();
    const { concurrency } = this.#options;
    const nowMs = this.#clock.now();
    for (const claim of claims)
      if (this.#prefetched.size === 0 && this.#running.size < concurrency)
        this.#start(claim, nowMs);
      else this.#prefetched.set(claim.jobId, claim);
    if (claims.length > 0 && this.#places > 0) this.#planTurn();
    if (this.#stopping && this.#running.size === 0) this.#onIdle?.();
  }

  /** Starts what was claimed beyond the places that were free, the first come first, as far as there are places now. */
  #startPrefetched(): void {
    for (const claim of this.#prefetched.values()) {
      if (this.#running.size >= this.#options.concurrency) return;
      this.#prefetched.delete(claim.jobId);
      this.#start(claim, this.#clock.now());
    }
  }

  #start(claim: Claim, nowMs: number): void {
    const context = new JobContext(claim, nowMs, this.#parts.services);
    this.#running.set(claim.jobId, context);
    this.#deadlines.arm(context.deadlineMs);
    this.#run(claim, context);
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
    try {
      this.#ended(context, "done", JSON.stringify(value) ?? null);
    } catch (error) {
      this.#threw(context, error);
    }
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
    this.#settler.awaitToo(expanding);
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
    if (this.#prefetched.get(jobId)?.attempt === attempt) {
      this.#prefetched.delete(jobId);
      this.#planTurn();
      return;
    }
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
    this.#settler.add({ jobId, attempt, kind, payload, delayMs });
    this.#afterEnd();
  }

  #afterEnd(): void {
    this.#planTurn();
    if (this.#stopping && this.#running.size === 0) this.#onIdle?.();
  }
}
