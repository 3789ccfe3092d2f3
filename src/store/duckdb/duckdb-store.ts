/** The embedded store: ledger in memory, log on disk, one lane that writes. */
import { QuackmarkError } from "../../lib/errors.ts";
import { STATE } from "../../model/job.ts";
import type { UniquePolicy } from "../../model/job-options.ts";
import type { Watcher } from "../events.ts";
import type { DeadLetterFilter, RedriveReport } from "../records.ts";
import type {
  Claim,
  ClaimHolder,
  EnqueueReceipt,
  JobFilter,
  Outcome,
  RunStatus,
  SelfCheck,
  Settled,
  Store,
  StrategyName,
  Submission,
  SubmitReceipt,
  Token,
} from "../store.ts";
import { stageFiring, stageJobs, stageNodes, stageSubRun, submitRun } from "./admission.ts";
import { Announcer } from "./announcer.ts";
import { ClaimHolders } from "./claim-holders.ts";
import { type DuckDBStoreOptions, DurableLedger, ledgerOptions } from "./durable-ledger.ts";
import { autoStrategy, STRATEGY_NAMES } from "./insert/strategies.ts";
import { cancelJobs } from "./job-filter.ts";
import { KeepingStore } from "./keeping-store.ts";
import { renewLeases } from "./leases.ts";
import { redrive } from "./redrive.ts";
import { Room } from "./room.ts";
import { selfCheck } from "./self-check.ts";
import { Standstill } from "./standstill.ts";

/** See the file's head. */
export class DuckDBStore extends KeepingStore implements Store {
  readonly #options: DuckDBStoreOptions;
  readonly #announcer: Announcer;
  readonly #holders: ClaimHolders;
  readonly #room = new Room();
  readonly strategies: readonly StrategyName[] = STRATEGY_NAMES;
  readonly #still = new Standstill();
  #closed = false;

  private constructor(options: DuckDBStoreOptions, durable: DurableLedger) {
    super(durable, options);
    this.#options = options;
    this.#announcer = new Announcer(durable);
    this.#holders = new ClaimHolders({
      clock: options.clock,
      leaseMs: options.config.leaseMs,
      ledger: () => durable.ledger,
      isStill: () => this.#still.until !== null,
      onExpired: () => this.#announcer.announce(),
    });
  }

  /** Opens or creates a database and takes its live jobs in. @throws AlreadyOpenError, QuackmarkError */
  static async open(options: DuckDBStoreOptions): Promise<DuckDBStore> {
    return new DuckDBStore(options, await DurableLedger.open(options));
  }

  autoStrategy(rows: number): StrategyName {
    return autoStrategy(rows, this.#options.config);
  }

  async submit(
    submission: Submission,
    strategy: StrategyName,
    chunkSize: number,
    nowMs: number,
  ): Promise<SubmitReceipt> {
    this.assertOpen();
    const receipt = await submitRun(this.durable, submission, strategy, chunkSize, nowMs);
    this.#announcer.announce();
    return receipt;
  }

  async enqueue(
    submission: Submission,
    unique: UniquePolicy,
    nowMs: number,
  ): Promise<EnqueueReceipt> {
    while (this.#mustWait()) await this.#still.until;
    const { backpressureRefuseJobs } = this.#options.config;
    const receipt = stageJobs(this.durable, submission, unique, backpressureRefuseJobs, nowMs);
    this.#announcer.announce();
    await this.durable.lane.committed;
    return receipt;
  }

  async claim(
    queues: readonly string[],
    limit: number,
    workerId: number,
    nowMs: number,
    leaseMs: number,
  ): Promise<readonly Claim[]> {
    while (this.#mustWait()) await this.#still.until;
    const { ledger, lane, counters } = this.durable;
    counters.polls++;
    ledger.waiting.promoteDue(nowMs);
    const claims = ledger.attempts.claim(queues, limit, workerId, nowMs);
    if (claims.length === 0) return claims;
    this.#holders.watch();
    this.#room.made();
    await lane.committed;
    // The term begins when the holder knows of the claim. What was cancelled meanwhile is not handed out.
    const leaseEndMs = this.#options.clock.now() + leaseMs;
    const lost = renewLeases(this.durable.ledger, claims, leaseEndMs);
    return lost.length === 0 ? claims : claims.filter((claim) => !lost.includes(claim));
  }

  async heartbeat(tokens: Iterable<Token>, nowMs: number, leaseMs: number): Promise<Token[]> {
    this.assertOpen();
    return renewLeases(this.durable.ledger, tokens, nowMs + leaseMs);
  }

  addHolder(holder: ClaimHolder): () => void {
    return this.#holders.add(holder);
  }

  async cancel(filter: JobFilter, nowMs: number): Promise<number> {
    while (this.#mustWait()) await this.#still.until;
    const { ledger, lane } = this.durable;
    const { cancelled, revoked } = cancelJobs(ledger, filter, nowMs);
    this.#holders.revoke(revoked);
    this.#room.made();
    this.#announcer.announce();
    await lane.committed;
    return cancelled;
  }

  async redrive(
    filter: DeadLetterFilter,
    { cancelled }: { readonly cancelled: boolean },
    nowMs: number,
  ): Promise<RedriveReport> {
    this.assertOpen();
    const { lane } = this.durable;
    const report = await this.#still.run(lane, async () => {
      const { ledger, database } = this.durable;
      const parts = { connection: database.writer, ledger, log: this.durable.log, nowMs };
      return redrive(parts, filter, cancelled ? [STATE.failed, STATE.cancelled] : [STATE.failed]);
    });
    this.#announcer.announce();
    await lane.committed;
    return report;
  }

  async expand(token: Token, submission: Submission, nowMs: number): Promise<number> {
    while (this.#mustWait()) await this.#still.until;
    const { subRunMaxDepth } = this.#options.config;
    const runId = stageSubRun(this.durable, token, submission, subRunMaxDepth, nowMs);
    return this.#afterStaging(runId);
  }

  async addNodes(token: Token, submission: Submission, nowMs: number): Promise<number> {
    while (this.#mustWait()) await this.#still.until;
    return this.#afterStaging(stageNodes(this.durable, token, submission, nowMs));
  }

  async #afterStaging(id: number): Promise<number> {
    if (id === 0) this.durable.counters.staleSettles++;
    this.#announcer.announce();
    await this.durable.lane.committed;
    return id;
  }

  async pause(queue: string, paused: boolean): Promise<void> {
    while (this.#mustWait()) await this.#still.until;
    const { ledger, lane } = this.durable;
    if (paused) ledger.waiting.ready.paused.add(queue);
    else ledger.waiting.ready.paused.delete(queue);
    lane.control("pause", queue, paused);
    this.#announcer.announce();
    await lane.committed;
  }

  async roomFor(jobs: number): Promise<void> {
    this.assertOpen();
    const { ready, delayedCount } = this.durable.ledger.waiting;
    const free = this.#options.config.backpressureRefuseJobs - ready.count - delayedCount;
    if (jobs > free) await this.#room.wait();
  }

  async settle(outcomes: readonly Outcome[], workerId: number, nowMs: number): Promise<Settled> {
    while (this.#mustWait()) await this.#still.until;
    const { ledger, lane, counters } = this.durable;
    let applied = 0;
    for (const outcome of outcomes) if (ledger.attempts.settle(outcome, workerId, nowMs)) applied++;
    const stale = outcomes.length - applied;
    counters.staleSettles += stale;
    this.#announcer.announce();
    await lane.committed;
    return { applied, stale };
  }

  nextDueAt(): number {
    return this.durable.ledger.waiting.nextDueMs(this.#options.clock.now());
  }

  subscribe(onReady: () => void): () => void {
    return this.#announcer.subscribe(onReady);
  }

  watch(watcher: Watcher): () => void {
    return this.durable.feed.add(watcher);
  }

  async putSchedule(name: string, spec: string | null, nowMs: number): Promise<void> {
    while (this.#mustWait()) await this.#still.until;
    this.durable.ledger.schedules.set(name, spec, nowMs);
    this.durable.lane.control("schedule", name, spec);
    await this.durable.lane.committed;
  }

  async fire(name: string, slotMs: number, job: Submission, nowMs: number): Promise<number> {
    while (this.#mustWait()) await this.#still.until;
    const jobId = stageFiring(this.durable, name, slotMs, job, nowMs);
    this.#announcer.announce();
    await this.durable.lane.committed;
    return jobId;
  }

  whenIdle(): Promise<void> {
    const { clock } = this.#options;
    return this.#announcer.until(
      ({ waiting, attempts }) =>
        waiting.ready.count + attempts.claimedCount === 0 &&
        waiting.nextDueMs(clock.now()) > clock.now(),
    );
  }

  whenEmpty(queue: string): Promise<void> {
    return this.#announcer.until(({ jobs }) => jobs.liveIn(queue) === 0);
  }

  newWorkerId(): number {
    return this.durable.lane.takeIds("workers");
  }

  waitForRun(runId: number): Promise<RunStatus> {
    const live = this.durable.ledger.runs.status(runId) !== undefined;
    return live ? this.#announcer.wait(runId) : this.runStatus(runId);
  }

  /** Waits for the first moment when nothing is staged. */
  async selfCheck(): Promise<SelfCheck> {
    for (;;) {
      this.assertOpen();
      const { lane } = this.durable;
      await lane.committed;
      const found = await lane.quiet(async () => {
        if (lane.hasStaged) return null;
        const { ledger, database } = this.durable;
        return selfCheck(ledger, database.writer, ledgerOptions(this.#options));
      });
      if (found !== null) return found;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#holders.close();
    this.retention.close();
    await this.durable.close();
    const error = new QuackmarkError("QUEUE_CLOSED", "The queue was closed while this waited");
    this.#announcer.rejectAll(error);
    this.#room.made();
  }

  /** Whether an operation that changes the ledger has to wait. It is staged in the turn of its call where it need not. */
  #mustWait(): boolean {
    this.assertOpen();
    return this.#still.until !== null;
  }

  protected override assertOpen(): void {
    if (this.#closed) {
      throw new QuackmarkError("QUEUE_CLOSED", "The queue is closed; open it again to use it");
    }
  }
}
