/**
 * The ledger: the state of all live jobs in memory, and the only place that decides what a job may do next.
 *
 * Every change is handed to the log in the same call, so that the log can rebuild the ledger. Nothing
 * here runs SQL, and nothing here waits.
 */
import { NumberHeap } from "../../lib/number-heap.ts";
import type { Config } from "../../model/config.ts";
import { CAUSE, STATE } from "../../model/job.ts";
import { backoffMs } from "../../model/retry.ts";
import type { Claim, Outcome, Submission } from "../store.ts";
import { Cascade, type Log } from "./cascade.ts";
import { JobTable } from "./job-table.ts";
import { ReadyQueues } from "./ready-queues.ts";
import { RunBook } from "./run-book.ts";

/** See the file's head. */
export class Ledger {
  /** Written by the ledger and by recovery. */
  readonly jobs: JobTable = new JobTable();
  readonly runs: RunBook = new RunBook();
  readonly cascade: Cascade;
  readonly #ready = new ReadyQueues();
  readonly #due = new NumberHeap();
  readonly #config: Config;
  readonly #log: Log;
  #readyCount = 0;
  #claimedCount = 0;

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.cascade = new Cascade(this.jobs, this.runs, log, (slot, nowMs) => {
      this.#makeReady(slot, nowMs);
    });
  }

  /** Jobs that a worker could claim now. */
  get readyCount(): number {
    return this.#readyCount;
  }

  /** Jobs that workers hold now. */
  get claimedCount(): number {
    return this.#claimedCount;
  }

  /** When the next delayed job is due; `Infinity` for none. */
  get nextDueMs(): number {
    return this.#due.minKey;
  }

  /** Takes a committed submission in; its roots are ready. */
  admit(s: Submission, runId: number, firstJobId: number, nowMs: number): void {
    this.runs.open(runId, s.nodeCount);
    this.jobs.reserve(s.nodeCount);
    const slots = new Int32Array(s.nodeCount);
    for (let node = 0; node < s.nodeCount; node++) {
      slots[node] = this.jobs.add({
        id: firstJobId + node,
        runId,
        queue: s.queues.at(node),
        task: s.tasks.at(node),
        args: s.args[node] as string,
        priority: s.priorities[node] as number,
        rule: s.rules[node] as number,
        maxAttempts: s.maxAttempts[node] as number,
        timeoutMs: s.timeoutsMs[node] as number,
      });
    }
    for (let edge = 0; edge < s.children.length; edge++) {
      const parent = slots[s.parents[edge] as number] as number;
      this.cascade.link(parent, slots[s.children[edge] as number] as number);
    }
    for (const slot of slots) if (this.jobs.pending[slot] === 0) this.#makeReady(slot, nowMs);
  }

  /** Hands out up to `limit` ready jobs of the queues, best first, each logged as claimed. */
  claim(queues: readonly string[], limit: number, workerId: number): Claim[] {
    const { jobs } = this;
    const isReady = (slot: number, id: number): boolean =>
      jobs.id[slot] === id && jobs.state[slot] === STATE.ready;
    const claims: Claim[] = [];
    for (const name of queues) {
      const queue = jobs.queues.number(name);
      while (claims.length < limit) {
        const slot = this.#ready.take(queue, isReady);
        if (slot < 0) break;
        claims.push(this.#claimSlot(slot, workerId));
      }
    }
    return claims;
  }

  #claimSlot(slot: number, workerId: number): Claim {
    const { jobs } = this;
    const jobId = jobs.id[slot] as number;
    const attempt = (jobs.attempt[slot] as number) + 1;
    const readySinceMs = jobs.readyAtMs[slot] as number;
    jobs.attempt[slot] = attempt;
    jobs.state[slot] = STATE.claimed;
    this.#readyCount--;
    this.#claimedCount++;
    this.#log(jobId, STATE.claimed, attempt, workerId, readySinceMs, CAUSE.none, 0, null);
    return {
      jobId,
      runId: jobs.run[slot] as number,
      attempt,
      task: jobs.tasks.name(jobs.task[slot] as number),
      args: jobs.args[slot] as string,
      timeoutMs: jobs.timeoutMs[slot] as number,
    };
  }

  /** Ends an attempt and decides the children; false for a token that is not current. */
  settle(outcome: Outcome, workerId: number, nowMs: number): boolean {
    const { jobs } = this;
    const { jobId, attempt, kind, payload } = outcome;
    const slot = jobs.slotOf(jobId);
    if (slot < 0 || jobs.state[slot] !== STATE.claimed || jobs.attempt[slot] !== attempt) {
      return false;
    }
    if (kind === "release") {
      this.release(slot, workerId, CAUSE.shutdown, nowMs);
      return true;
    }
    this.#claimedCount--;
    if (kind === "done") {
      this.#log(jobId, STATE.done, attempt, workerId, nowMs, CAUSE.none, 0, payload);
      this.cascade.end(slot, STATE.done, nowMs);
    } else {
      this.#fail(slot, outcome, workerId, nowMs);
    }
    return true;
  }

  #fail(slot: number, outcome: Outcome, workerId: number, nowMs: number): void {
    const { jobId, attempt, payload } = outcome;
    const cause = CAUSE.handlerError;
    const tries = (this.jobs.tries[slot] as number) + 1;
    this.jobs.tries[slot] = tries;
    if (tries >= (this.jobs.maxAttempts[slot] as number)) {
      this.#log(jobId, STATE.failed, attempt, workerId, nowMs, cause, 0, payload);
      this.cascade.end(slot, STATE.failed, nowMs);
      return;
    }
    const dueMs = nowMs + backoffMs(tries, this.#config);
    this.#log(jobId, STATE.delayed, attempt, workerId, dueMs, cause, 0, payload);
    this.delay(slot, dueMs);
  }

  /** A claimed job is ready again; tries stay as they are. */
  release(slot: number, workerId: number, cause: number, nowMs: number): void {
    const { jobs } = this;
    const attempt = jobs.attempt[slot] as number;
    this.#claimedCount--;
    this.#log(jobs.id[slot] as number, STATE.released, attempt, workerId, nowMs, cause, 0, null);
    this.#makeReady(slot, nowMs);
  }

  /** Recovery: a job that the log left claimed. */
  keepClaimed(slot: number): void {
    this.jobs.state[slot] = STATE.claimed;
    this.#claimedCount++;
  }

  /** A job waits until it is due. */
  delay(slot: number, dueMs: number): void {
    this.jobs.state[slot] = STATE.delayed;
    this.jobs.readyAtMs[slot] = dueMs;
    this.#due.push(dueMs, slot);
  }

  /** Moves due jobs to ready; returns how many. */
  promoteDue(nowMs: number): number {
    let promoted = 0;
    while (this.#due.minKey <= nowMs) {
      const slot = this.#due.minValue;
      const dueMs = this.#due.minKey;
      this.#due.pop();
      // The slot may hold another job by now, or this one may have been cancelled.
      if (this.jobs.state[slot] !== STATE.delayed || this.jobs.readyAtMs[slot] !== dueMs) continue;
      this.#makeReady(slot, nowMs);
      promoted++;
    }
    return promoted;
  }

  #makeReady(slot: number, nowMs: number): void {
    const { jobs } = this;
    jobs.state[slot] = STATE.ready;
    jobs.readyAtMs[slot] = nowMs;
    this.#ready.push(
      jobs.queue[slot] as number,
      jobs.priority[slot] as number,
      jobs.id[slot] as number,
      slot,
    );
    this.#readyCount++;
  }
}
