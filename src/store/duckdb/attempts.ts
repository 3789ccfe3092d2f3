/**
 * Attempts: from the claim that hands a job out to the settle, the failure or the release that ends it.
 * Only the holder of the current token can end one.
 */
import type { Config } from "../../model/config.ts";
import { CAUSE, STATE } from "../../model/job.ts";
import type { JobOptions } from "../../model/job-options.ts";
import { backoffMs } from "../../model/retry.ts";
import type { Claim, Outcome, RunStatus, Token } from "../store.ts";
import type { Cascade, Log } from "./cascade.ts";
import { FLAG } from "./job-columns.ts";
import type { JobTable } from "./job-table.ts";
import type { Limits } from "./limits.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/** What attempts work on. */
export interface AttemptsOptions {
  readonly jobs: JobTable;
  readonly waiting: WaitingJobs;
  readonly limits: Limits;
  readonly cascade: Cascade;
  /** Rare facts by job id. */
  readonly options: ReadonlyMap<number, JobOptions>;
  readonly config: Config;
  /** From 0 to below 1; spreads retries. */
  readonly random: () => number;
  readonly log: Log;
}

const FAILURE_CAUSE = {
  fail: CAUSE.handlerError,
  timeout: CAUSE.timeout,
  abandon: CAUSE.abandoned,
} as const;

/** See the file's head. Jobs are known by their slots. */
export class Attempts {
  readonly #parts: AttemptsOptions;
  #claimedCount = 0;
  /** The slot that runs alone, or -1. */
  #alone = -1;

  constructor(options: AttemptsOptions) {
    this.#parts = options;
  }

  /** Jobs that workers hold now. */
  get claimedCount(): number {
    return this.#claimedCount;
  }

  /** Hands out up to `limit` ready jobs of the queues, in their order, best first; each is logged as claimed. */
  claim(queues: readonly string[], limit: number, workerId: number, nowMs: number): Claim[] {
    if (this.#alone >= 0) return [];
    if (this.#parts.waiting.ready.hasSuspects) {
      if (this.#claimedCount > 0) return [];
      const slot = this.#parts.waiting.ready.takeSuspect(queues);
      if (slot >= 0) {
        this.#alone = slot;
        return [this.#claimSlot(slot, workerId, CAUSE.alone)];
      }
    }
    const claims: Claim[] = [];
    for (const name of queues) {
      while (claims.length < limit) {
        const slot = this.#parts.waiting.ready.take(name, nowMs);
        if (slot < 0) break;
        claims.push(this.#claimSlot(slot, workerId, CAUSE.none));
      }
    }
    return claims;
  }

  #claimSlot(slot: number, workerId: number, cause: number): Claim {
    const { jobs } = this.#parts;
    const jobId = jobs.id[slot] as number;
    const attempt = (jobs.attempt[slot] as number) + 1;
    const readySinceMs = jobs.atMs[slot] as number;
    jobs.attempt[slot] = attempt;
    jobs.state[slot] = STATE.claimed;
    // The term begins with the commit.
    jobs.atMs[slot] = Number.POSITIVE_INFINITY;
    this.#claimedCount++;
    if (this.#parts.limits.any) this.#parts.limits.started(this.#queueOf(slot), jobId);
    this.#parts.log(jobId, STATE.claimed, attempt, workerId, readySinceMs, cause, 0, null);
    return {
      jobId,
      runId: jobs.run[slot] as number,
      attempt,
      task: jobs.tasks.name(jobs.task[slot] as number),
      args: jobs.args[slot] as string,
      timeoutMs: jobs.timeoutMs[slot] as number,
    };
  }

  #queueOf(slot: number): string {
    return this.#parts.jobs.queues.name(this.#parts.jobs.queue[slot] as number);
  }

  /** The slot of a token that is current, or -1. */
  current({ jobId, attempt }: Token): number {
    const slot = this.#parts.jobs.slotOf(jobId);
    const isCurrent =
      slot >= 0 &&
      this.#parts.jobs.state[slot] === STATE.claimed &&
      this.#parts.jobs.attempt[slot] === attempt;
    return isCurrent ? slot : -1;
  }

  /** Ends an attempt and decides the children; false for a token that is not current. */
  settle(outcome: Outcome, workerId: number, nowMs: number): boolean {
    const { jobId, attempt, kind, payload } = outcome;
    const slot = this.current(outcome);
    if (slot < 0) return false;
    switch (kind) {
      case "release":
        this.release(slot, workerId, CAUSE.shutdown, nowMs);
        break;
      case "nack":
        this.unclaim(slot);
        this.#logDelay(slot, workerId, nowMs + (outcome.delayMs ?? 0), CAUSE.nack, payload);
        break;
      case "done":
        this.unclaim(slot);
        this.#parts.log(jobId, STATE.done, attempt, workerId, nowMs, CAUSE.none, 0, payload);
        this.#parts.cascade.end(slot, STATE.done, nowMs);
        break;
      default:
        this.fail(slot, FAILURE_CAUSE[kind], payload, workerId, nowMs);
    }
    return true;
  }

  /** An attempt ended badly: one try is used up. */
  fail(slot: number, cause: number, payload: string | null, workerId: number, nowMs: number): void {
    const { jobs } = this.#parts;
    const { config, random } = this.#parts;
    const tries = (jobs.tries[slot] as number) + 1;
    const jobId = jobs.id[slot] as number;
    jobs.tries[slot] = tries;
    this.unclaim(slot);
    if (cause === CAUSE.abandoned || tries >= (jobs.maxAttempts[slot] as number)) {
      const attempt = jobs.attempt[slot] as number;
      this.#parts.log(jobId, STATE.failed, attempt, workerId, nowMs, cause, 0, payload);
      this.#parts.cascade.end(slot, STATE.failed, nowMs);
      return;
    }
    if (cause === CAUSE.crash) jobs.flags[slot] = (jobs.flags[slot] as number) | FLAG.suspect;
    const baseMs = this.#parts.options.get(jobId)?.backoffMs ?? config.retryBackoffMs;
    const waitMs = cause === CAUSE.crash ? 0 : backoffMs(tries, baseMs, config, random());
    this.#logDelay(slot, workerId, nowMs + waitMs, cause, payload);
  }

  #logDelay(
    slot: number,
    workerId: number,
    dueMs: number,
    cause: number,
    payload: string | null,
  ): void {
    const jobId = this.#parts.jobs.id[slot] as number;
    const attempt = this.#parts.jobs.attempt[slot] as number;
    this.#parts.log(jobId, STATE.delayed, attempt, workerId, dueMs, cause, 0, payload);
    this.#parts.waiting.delay(slot, dueMs);
  }

  /** The job waits for its sub-run in place of its handler: no lease, no worker. */
  expand(slot: number, workerId: number, runId: number, nowMs: number): void {
    const { jobs } = this.#parts;
    this.unclaim(slot);
    jobs.state[slot] = STATE.expanded;
    const attempt = jobs.attempt[slot] as number;
    const jobId = jobs.id[slot] as number;
    this.#parts.log(jobId, STATE.expanded, attempt, workerId, nowMs, CAUSE.none, runId, null);
  }

  /** The sub-run of an expanded job has ended: so does the job. */
  endExpanded(slot: number, { status, runId }: RunStatus, nowMs: number): void {
    const { jobs, cascade } = this.#parts;
    const payload = JSON.stringify({ subRun: runId });
    if (status === "failed") {
      this.fail(slot, CAUSE.subRun, payload, 0, nowMs);
      return;
    }
    const state = status === "done" ? STATE.done : STATE.cancelled;
    const jobId = jobs.id[slot] as number;
    const attempt = jobs.attempt[slot] as number;
    this.#parts.log(jobId, state, attempt, 0, nowMs, CAUSE.subRun, runId, payload);
    cascade.end(slot, state, nowMs);
  }

  /** A claimed job is ready again; tries stay as they are. */
  release(slot: number, workerId: number, cause: number, nowMs: number): void {
    const { jobs } = this.#parts;
    const attempt = jobs.attempt[slot] as number;
    this.unclaim(slot);
    if (cause === CAUSE.crash) jobs.flags[slot] = (jobs.flags[slot] as number) | FLAG.suspect;
    this.#parts.log(
      jobs.id[slot] as number,
      STATE.released,
      attempt,
      workerId,
      nowMs,
      cause,
      0,
      null,
    );
    this.#parts.waiting.makeReady(slot, nowMs);
  }

  /** A claim ends; what follows is the caller's to say. */
  unclaim(slot: number): void {
    if (this.#parts.jobs.state[slot] !== STATE.claimed) return;
    const { jobs } = this.#parts;
    this.#claimedCount--;
    if (this.#alone === slot) this.#alone = -1;
    jobs.flags[slot] = (jobs.flags[slot] as number) & FLAG.hasOptions;
    if (!this.#parts.limits.any) return;
    this.#parts.waiting.ready.unpark(
      this.#parts.limits.ended(this.#queueOf(slot), jobs.id[slot] as number),
    );
  }

  /** Recovery: a job that the log left claimed. */
  keepClaimed(slot: number, leaseEndMs: number): void {
    this.#parts.jobs.state[slot] = STATE.claimed;
    this.#parts.jobs.atMs[slot] = leaseEndMs;
    this.#claimedCount++;
    if (this.#parts.limits.any)
      this.#parts.limits.started(this.#queueOf(slot), this.#parts.jobs.id[slot] as number);
  }
}
