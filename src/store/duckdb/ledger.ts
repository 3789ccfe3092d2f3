/**
 * The ledger: the state of all live jobs in memory, and the only place that decides what a job may do next.
 *
 * Every change is handed to the log in the same call, so that the log can rebuild the ledger. Nothing
 * here runs SQL, and nothing here waits.
 */
import { NumberHeap } from "../../lib/number-heap.ts";
import type { Config } from "../../model/config.ts";
import { CAUSE, isTerminal, STATE } from "../../model/job.ts";
import { backoffMs } from "../../model/retry.ts";
import { DECISION, decide } from "../../model/triggers.ts";
import type { Claim, Outcome, Submission } from "../store.ts";
import { EdgeList } from "./edge-list.ts";
import { IdIndex } from "./id-index.ts";
import { JobColumns } from "./job-columns.ts";
import { Names } from "./names.ts";
import { ReadyQueues } from "./ready-queues.ts";
import { RunBook } from "./run-book.ts";

/** Takes a row of the log. `atMs`: claimed → ready since, delayed → due, else the time. `by` 0: nobody. */
export type Log = (
  job: number,
  state: number,
  attempt: number,
  worker: number,
  atMs: number,
  cause: number,
  by: number,
  payload: string | null,
) => void;

/** The immutable facts of a job. */
export interface JobFacts {
  readonly id: number;
  readonly runId: number;
  readonly queue: string;
  readonly task: string;
  readonly args: string;
  readonly priority: number;
  readonly rule: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
}

/** See the file's head. */
export class Ledger {
  /** Written here, read by recovery and snapshots. */
  readonly jobs: JobColumns = new JobColumns();
  readonly runs: RunBook = new RunBook();
  readonly #slots = new IdIndex();
  readonly #edges = new EdgeList();
  readonly #queues = new Names();
  readonly #tasks = new Names();
  readonly #ready = new ReadyQueues();
  readonly #due = new NumberHeap();
  readonly #config: Config;
  readonly #log: Log;
  readonly #isReady = (slot: number, id: number): boolean =>
    this.jobs.id[slot] === id && this.jobs.state[slot] === STATE.ready;
  /** Jobs that a worker could claim now. */
  readyCount = 0;
  claimedCount = 0;

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
  }

  /** Takes a committed submission in; its roots are ready. */
  admit(s: Submission, runId: number, firstJobId: number, nowMs: number): void {
    this.runs.open(runId, s.nodeCount);
    this.jobs.reserve(s.nodeCount);
    const slots = new Int32Array(s.nodeCount);
    for (let node = 0; node < s.nodeCount; node++)
      slots[node] = this.#admitNode(s, node, runId, firstJobId + node);
    for (let edge = 0; edge < s.children.length; edge++) {
      this.link(
        slots[s.parents[edge] as number] as number,
        slots[s.children[edge] as number] as number,
      );
    }
    for (const slot of slots) if (this.jobs.pending[slot] === 0) this.#makeReady(slot, nowMs);
  }

  #admitNode(s: Submission, node: number, runId: number, id: number): number {
    return this.#fill(
      id,
      runId,
      s.queues.at(node),
      s.tasks.at(node),
      s.args[node] as string,
      s.priorities[node] as number,
      s.rules[node] as number,
      s.maxAttempts[node] as number,
      s.timeoutsMs[node] as number,
    );
  }

  /** Adds a blocked job without parents; returns its slot. */
  add(job: JobFacts): number {
    return this.#fill(
      job.id,
      job.runId,
      job.queue,
      job.task,
      job.args,
      job.priority,
      job.rule,
      job.maxAttempts,
      job.timeoutMs,
    );
  }

  #fill(
    id: number,
    runId: number,
    queue: string,
    task: string,
    args: string,
    priority: number,
    rule: number,
    maxAttempts: number,
    timeoutMs: number,
  ): number {
    const jobs = this.jobs;
    const slot = jobs.allocate();
    jobs.id[slot] = id;
    jobs.run[slot] = runId;
    jobs.state[slot] = STATE.blocked;
    jobs.priority[slot] = priority;
    jobs.rule[slot] = rule;
    jobs.attempt[slot] = 0;
    jobs.tries[slot] = 0;
    jobs.maxAttempts[slot] = maxAttempts;
    jobs.timeoutMs[slot] = timeoutMs;
    jobs.pending[slot] = 0;
    jobs.parents[slot] = 0;
    jobs.failedParents[slot] = 0;
    jobs.skippedParents[slot] = 0;
    jobs.hasChildren[slot] = 0;
    jobs.firstEdge[slot] = -1;
    jobs.queue[slot] = this.#queues.number(queue);
    jobs.task[slot] = this.#tasks.number(task);
    jobs.args[slot] = args;
    this.#slots.set(id, slot);
    return slot;
  }

  /** The slot of a live job, or -1. */
  slotOf(id: number): number {
    return this.#slots.get(id);
  }

  /** Makes `child` wait for `parent`; both are slots. */
  link(parent: number, child: number): void {
    const jobs = this.jobs;
    jobs.hasChildren[parent] = 1;
    jobs.firstEdge[parent] = this.#edges.add(jobs.firstEdge[parent] as number, child);
    jobs.pending[child] = (jobs.pending[child] as number) + 1;
    jobs.parents[child] = (jobs.parents[child] as number) + 1;
  }

  /** Recovery: decides a blocked job once all that the log knows of its parents is in. */
  resume(slot: number, nowMs: number): void {
    this.#cascade([slot], 0, nowMs);
  }

  /** Recovery: a job that waits until it is due. */
  delay(slot: number, dueMs: number): void {
    this.jobs.state[slot] = STATE.delayed;
    this.jobs.readyAtMs[slot] = dueMs;
    this.#due.push(dueMs, slot);
  }

  /** Recovery: a job whose worker still runs it. */
  keepClaimed(slot: number): void {
    this.jobs.state[slot] = STATE.claimed;
    this.claimedCount++;
  }

  /** Hands out up to `limit` ready jobs of the queues, best first, each logged as claimed. */
  claim(queues: readonly string[], limit: number, workerId: number): Claim[] {
    const claims: Claim[] = [];
    for (const name of queues) {
      const queue = this.#queues.number(name);
      while (claims.length < limit) {
        const slot = this.#ready.take(queue, this.#isReady);
        if (slot < 0) break;
        claims.push(this.#claimSlot(slot, workerId));
      }
    }
    return claims;
  }

  #claimSlot(slot: number, workerId: number): Claim {
    const jobs = this.jobs;
    const attempt = (jobs.attempt[slot] as number) + 1;
    jobs.attempt[slot] = attempt;
    jobs.state[slot] = STATE.claimed;
    this.readyCount--;
    this.claimedCount++;
    const jobId = jobs.id[slot] as number;
    this.#log(
      jobId,
      STATE.claimed,
      attempt,
      workerId,
      jobs.readyAtMs[slot] as number,
      CAUSE.none,
      0,
      null,
    );
    return {
      jobId,
      runId: jobs.run[slot] as number,
      attempt,
      task: this.#tasks.name(jobs.task[slot] as number),
      args: jobs.args[slot] as string,
      timeoutMs: jobs.timeoutMs[slot] as number,
    };
  }

  /** Ends an attempt and decides the children; false for a token that is not current. */
  settle(outcome: Outcome, workerId: number, nowMs: number): boolean {
    const { jobId, attempt, kind, payload } = outcome;
    const slot = this.#slots.get(jobId);
    if (slot < 0 || this.jobs.state[slot] !== STATE.claimed || this.jobs.attempt[slot] !== attempt)
      return false;
    this.claimedCount--;
    if (kind === "done") {
      this.#log(jobId, STATE.done, attempt, workerId, nowMs, CAUSE.none, 0, payload);
      this.#end(slot, STATE.done, nowMs);
    } else if (kind === "release") {
      this.release(slot, workerId, CAUSE.shutdown, nowMs);
    } else {
      this.#fail(slot, outcome, workerId, nowMs);
    }
    return true;
  }

  /** A claimed job is ready again; tries stay as they are. */
  release(slot: number, workerId: number, cause: number, nowMs: number): void {
    this.#log(
      this.jobs.id[slot] as number,
      STATE.released,
      this.jobs.attempt[slot] as number,
      workerId,
      nowMs,
      cause,
      0,
      null,
    );
    this.#makeReady(slot, nowMs);
  }

  #fail(slot: number, { jobId, attempt, payload }: Outcome, workerId: number, nowMs: number): void {
    const tries = (this.jobs.tries[slot] as number) + 1;
    this.jobs.tries[slot] = tries;
    if (tries >= (this.jobs.maxAttempts[slot] as number)) {
      this.#log(jobId, STATE.failed, attempt, workerId, nowMs, CAUSE.handlerError, 0, payload);
      this.#end(slot, STATE.failed, nowMs);
      return;
    }
    const dueMs = nowMs + backoffMs(tries, this.#config);
    this.#log(jobId, STATE.delayed, attempt, workerId, dueMs, CAUSE.handlerError, 0, payload);
    this.delay(slot, dueMs);
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

  /** When the next delayed job is due; `Infinity` for none. */
  get nextDueMs(): number {
    return this.#due.minKey;
  }

  #makeReady(slot: number, nowMs: number): void {
    const jobs = this.jobs;
    jobs.state[slot] = STATE.ready;
    jobs.readyAtMs[slot] = nowMs;
    this.#ready.push(
      jobs.queue[slot] as number,
      jobs.priority[slot] as number,
      jobs.id[slot] as number,
      slot,
    );
    this.readyCount++;
  }

  /** A job ended: its run counts it and its children are decided, in this very turn. */
  #end(slot: number, state: number, nowMs: number): void {
    const affected: number[] = [];
    this.#close(slot, state, CAUSE.none, affected);
    if (affected.length > 0) this.#cascade(affected, this.jobs.id[slot] as number, nowMs);
    this.#freeIfUnheld(slot);
  }

  /** Ends one job and tells its children, which are added to `affected`. */
  #close(slot: number, state: number, cause: number, affected: number[]): void {
    const jobs = this.jobs;
    const failed =
      state === STATE.failed || state === STATE.cancelled || cause === CAUSE.upstreamFailed;
    const leaf = jobs.hasChildren[slot] === 0;
    jobs.state[slot] = state;
    this.runs.count(
      jobs.run[slot] as number,
      state,
      1,
      leaf && failed && state !== STATE.cancelled,
    );
    for (let edge = jobs.firstEdge[slot] as number; edge !== -1; ) {
      const child = this.#edges.child(edge);
      jobs.pending[child] = (jobs.pending[child] as number) - 1;
      if (failed) jobs.failedParents[child] = (jobs.failedParents[child] as number) + 1;
      else if (state === STATE.skipped)
        jobs.skippedParents[child] = (jobs.skippedParents[child] as number) + 1;
      affected.push(child);
      edge = this.#edges.take(edge);
    }
    jobs.firstEdge[slot] = -1;
  }

  /** Decides jobs whose parents changed, and on through all that this skips. Iterative: a chain may be a million long. */
  #cascade(affected: number[], by: number, nowMs: number): void {
    for (let next = 0; next < affected.length; next++) {
      const slot = affected[next] as number;
      if (this.jobs.state[slot] !== STATE.blocked) {
        this.#freeIfUnheld(slot);
        continue;
      }
      const decision = this.#decide(slot);
      if (decision === DECISION.run) this.#makeReady(slot, nowMs);
      else if (decision !== DECISION.wait) {
        this.#log(this.jobs.id[slot] as number, STATE.skipped, 0, 0, nowMs, decision, by, null);
        this.#close(slot, STATE.skipped, decision, affected);
        this.#freeIfUnheld(slot);
      }
    }
  }

  #decide(slot: number): number {
    const jobs = this.jobs;
    return decide(
      jobs.rule[slot] as number,
      jobs.pending[slot] as number,
      jobs.failedParents[slot] as number,
      jobs.skippedParents[slot] as number,
      jobs.parents[slot] as number,
    );
  }

  /** Gives back the slot of a job that ended, once no parent holds an edge to it. */
  #freeIfUnheld(slot: number): void {
    const id = this.jobs.id[slot] as number;
    if (id < 0 || this.jobs.pending[slot] !== 0 || !isTerminal(this.jobs.state[slot] as number))
      return;
    this.#slots.delete(id);
    this.jobs.release(slot);
  }
}
