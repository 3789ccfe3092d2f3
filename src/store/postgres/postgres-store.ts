/** The store for many processes and machines: state in the tables, one lane a process, notices as hints. */
import type { Client } from "pg";
import { QuackmarkError } from "../../lib/errors.ts";
import type { UniquePolicy } from "../../model/job-options.ts";
import type { DeadLetterFilter, RedriveReport } from "../records.ts";
import type {
  Claim,
  ClaimHolder,
  EnqueueReceipt,
  JobFilter,
  Outcome,
  Settled,
  SqlClient,
  Store,
  StrategyName,
  Submission,
  SubmitReceipt,
  Token,
} from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import { type Added, Admission } from "./admission.ts";
import { cancelOperation } from "./control.ts";
import { canShare } from "./entries.ts";
import { autoStrategy, STRATEGY_NAMES } from "./insert/strategies.ts";
import { KeepingStore } from "./keeping-store.ts";
import { Leases } from "./leases.ts";
import { placeOf } from "./names.ts";
import { redriveOperation } from "./revival.ts";
import { openSession, type Session } from "./session.ts";
import { rowsOf, submitOperation, submitWithin } from "./submit.ts";
import { type TurnSummary, Turns } from "./turns.ts";
import type { Changed } from "./waiting.ts";

/** See the file's head. */
export class PostgresStore extends KeepingStore implements Store {
  readonly strategies: readonly StrategyName[] = STRATEGY_NAMES;
  readonly #options: StoreOptions;
  readonly #session: Session;
  readonly #turns: Turns;
  readonly #admission: Admission;
  readonly #leases: Leases;
  readonly #subscribers = new Set<() => void>();
  #closed = false;

  private constructor(options: StoreOptions, session: Session) {
    super(session, options);
    this.#options = options;
    this.#session = session;
    this.#admission = new Admission(session, options);
    this.#turns = new Turns(
      {
        ...session,
        config: options.config,
        clock: options.clock,
        random: options.random,
        limits: Object.keys(options.limits).length === 0 ? null : JSON.stringify(options.limits),
        bornMs: session.now(),
        done: (...turned) => this.#turned(...turned),
      },
      this.#admission,
    );
    this.#leases = new Leases(session, options, (result) => this.#changed(result));
    session.attach({
      takeBatch: () => this.#turns.take(),
      reconnected: () => this.#leases.checkAll(),
      ready: () => this.wake(),
      runEnded: (runId) => this.waiters.look([runId]),
      revoked: () => this.#leases.checkAll(),
    });
  }

  /** Connects, and creates or migrates the schema. @throws InputError, QuackmarkError */
  static async open(options: StoreOptions & { readonly url: string }): Promise<PostgresStore> {
    return new PostgresStore(options, await openSession(placeOf(options.url), options));
  }

  autoStrategy(rows: number): StrategyName {
    return autoStrategy(rows, this.#options.config);
  }

  async submit(
    submission: Submission,
    strategy: StrategyName,
    chunkSize: number,
    nowMs: number,
    within?: SqlClient,
  ): Promise<SubmitReceipt> {
    this.assertOpen();
    const { readers, counters, schema, channel, offsetMs } = this.#session;
    const run = {
      schema,
      channel,
      config: this.#options.config,
      submission,
      strategy,
      chunkSize,
      nowMs: nowMs + offsetMs,
      onRows: (rows: number) => {
        counters.rowsWritten += rows;
      },
    };
    if (within !== undefined) return submitWithin(within as Client, run);
    const submitted = await readers.run(submitOperation(run));
    counters.commits++;
    counters.statements += submitted.receipt.statements;
    counters.rowsWritten += rowsOf(submission) - submitted.receipt.rows;
    this.#changed(submitted);
    return submitted.receipt;
  }

  async enqueue(
    submission: Submission,
    unique: UniquePolicy,
    nowMs: number,
    within?: SqlClient,
  ): Promise<EnqueueReceipt> {
    this.assertOpen();
    if (within !== undefined)
      return this.#admission.enqueueWithin(within, submission, unique, nowMs);
    if (canShare(submission)) return this.#enter(submission);
    const { receipt, ...changed } = await this.#admission.enqueue(submission, unique, nowMs);
    this.#changed(changed);
    return receipt;
  }

  /** What an idle worker claims goes with the jobs that it is woken for. */
  #enter(submission: Submission): Promise<EnqueueReceipt> {
    const receipt = this.#turns.enter(submission);
    this.wake();
    this.#session.lane.batch();
    return receipt;
  }

  async claim(
    queues: readonly string[],
    limit: number,
    workerId: number,
    _nowMs: number,
    leaseMs: number,
  ): Promise<readonly Claim[]> {
    this.assertOpen();
    this.#session.counters.polls++;
    const claims = this.#turns.claim({ queues, limit, workerId, leaseMs });
    this.#session.lane.batch();
    const got = await claims;
    if (got.length > 0) this.#leases.watch();
    return got;
  }

  heartbeat(tokens: Iterable<Token>, _nowMs: number, leaseMs: number): Promise<Token[]> {
    this.assertOpen();
    return this.#leases.renew([...tokens], leaseMs);
  }

  addHolder(holder: ClaimHolder): () => void {
    return this.#leases.add(holder);
  }

  async cancel(filter: JobFilter, nowMs: number): Promise<number> {
    this.assertOpen();
    const operation = cancelOperation(this.#session, this.#options.config, filter, nowMs);
    const { cancelled, revoked, ...changed } = await this.#session.lane.run(operation);
    this.#leases.revoke(revoked);
    this.#changed(changed);
    return cancelled;
  }

  async redrive(
    filter: DeadLetterFilter,
    { cancelled }: { readonly cancelled: boolean },
    nowMs: number,
  ): Promise<RedriveReport> {
    this.assertOpen();
    const { config } = this.#options;
    const operation = redriveOperation(this.#session, config, filter, cancelled, nowMs);
    const { report, ...changed } = await this.#session.lane.run(operation);
    this.#changed(changed);
    return report;
  }

  expand(token: Token, submission: Submission, nowMs: number): Promise<number> {
    this.assertOpen();
    return this.#added(this.#admission.expand(token, submission, nowMs), token);
  }

  addNodes(token: Token, submission: Submission, nowMs: number): Promise<number> {
    this.assertOpen();
    return this.#added(this.#admission.addNodes(token, submission, nowMs), null);
  }

  async #added(adding: Promise<Added>, ended: Token | null, fenced = true): Promise<number> {
    const { first, ...changed } = await adding;
    if (first === 0 && fenced) this.#session.counters.staleSettles++;
    if (ended !== null) this.#session.held.drop(ended.jobId, ended.attempt);
    this.#changed(changed);
    return first;
  }

  fire(name: string, slotMs: number, job: Submission, nowMs: number): Promise<number> {
    this.assertOpen();
    return this.#added(this.#admission.fire(name, slotMs, job, nowMs), null, false);
  }

  async roomFor(jobs: number): Promise<void> {
    this.assertOpen();
    await this.#admission.room.roomFor(jobs);
  }

  async settle(outcomes: readonly Outcome[], _workerId: number, _nowMs: number): Promise<Settled> {
    this.assertOpen();
    const settling = this.#turns.settle(outcomes);
    this.#session.lane.batch();
    const settled = await settling;
    this.retention.ended(settled.applied);
    return settled;
  }

  nextDueAt(): number {
    return this.#session.waiting.dueMs - this.#session.offsetMs;
  }

  subscribe(onReady: () => void): () => void {
    this.#subscribers.add(onReady);
    return () => this.#subscribers.delete(onReady);
  }

  newWorkerId(): number {
    return this.#session.newWorkerId();
  }

  counters(): ReturnType<Store["counters"]> {
    const { counters, waiting, held } = this.#session;
    return { ...counters, ready: waiting.ready, delayed: waiting.delayed, claimed: held.size };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#leases.close().catch(() => undefined);
    await this.retention.close();
    this.waiters.close(
      new QuackmarkError("QUEUE_CLOSED", "The queue was closed while this waited"),
    );
    this.#admission.room.made();
    this.conditions.close();
    await this.#session.close();
  }

  #turned(summary: TurnSummary, stale: number, entered: number, left: number): void {
    const { counters, waiting, held } = this.#session;
    counters.staleSettles += stale;
    waiting.changed(entered, 0);
    waiting.claimed(
      summary.claimed,
      summary.asked ? (summary.dueMs ?? Number.POSITIVE_INFINITY) : null,
    );
    if (summary.claimed > 0) this.#admission.room.made();
    this.#changed(summary, summary.asked);
    // A suspect kept everything else waiting.
    if (left > 0 || held.takeAloneEnded()) this.wake();
  }

  /** Something changed for those who wait: workers for jobs, callers for runs. */
  #changed({ ready, delayed, closed }: Changed, asked = false): void {
    this.#session.waiting.changed(ready, delayed);
    if (closed.length > 0) this.waiters.look(closed);
    if (closed.length > 0) this.tellRuns(closed);
    this.conditions.changed();
    if (ready > 0 || (delayed > 0 && !asked)) this.wake();
  }

  protected override wake(): void {
    for (const wake of this.#subscribers) wake();
  }

  protected override assertOpen(): void {
    if (this.#closed)
      throw new QuackmarkError("QUEUE_CLOSED", "The queue is closed; open it again to use it");
  }
}
