/**
 * The ledger: the state of all live jobs in memory, and the only place that decides what a job may do next.
 *
 * Every change is pushed to the log batch of the lane in the same call, so that the log can rebuild
 * the ledger. Nothing here runs SQL.
 */
import { NumberHeap } from "../../lib/number-heap.ts";
import type { Config } from "../../model/config.ts";
import { CAUSE, isTerminal, MAX_PRIORITY, STATE } from "../../model/job.ts";
import { DECISION, decide } from "../../model/triggers.ts";
import type { Claim, Outcome, RunStatus, Submission } from "../store.ts";
import { EdgeList } from "./edge-list.ts";
import { IdIndex } from "./id-index.ts";
import { JobColumns } from "./job-columns.ts";
import { Names } from "./names.ts";

/** Ids stay below this, so that priority and id share one exact number. */
const ID_LIMIT = 2 ** 46;

/** Takes a row of the log. */
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

interface Run {
  jobs: number;
  done: number;
  failed: number;
  skipped: number;
  cancelled: number;
  /** A leaf failed, or was skipped because something above it failed. */
  lost: boolean;
}

/** A job as recovery finds it in the log. */
export interface LiveJob {
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
  readonly #jobs = new JobColumns();
  readonly #slots = new IdIndex();
  readonly #edges = new EdgeList();
  readonly #queues = new Names();
  readonly #tasks = new Names();
  readonly #ready: NumberHeap[] = [];
  readonly #due = new NumberHeap();
  readonly #runs = new Map<number, Run>();
  readonly #config: Config;
  readonly #log: Log;
  /** Runs that ended since they were last taken. */
  endedRuns: RunStatus[] = [];
  readyCount = 0;
  claimedCount = 0;

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
  }

  /** Takes a committed submission in: its roots are ready. */
  admit(s: Submission, runId: number, firstJobId: number, nowMs: number): void {
    this.beginRun(runId, s.nodeCount);
    const slots = new Int32Array(s.nodeCount);
    for (let node = 0; node < s.nodeCount; node++) {
      slots[node] = this.addJob({
        id: firstJobId + node,
        runId,
        queue: s.queues[node] as string,
        task: s.tasks[node] as string,
        args: s.args[node] as string,
        priority: s.priorities[node] as number,
        rule: s.rules[node] as number,
        maxAttempts: s.maxAttempts[node] as number,
        timeoutMs: s.timeoutsMs[node] as number,
      });
    }
    for (let edge = 0; edge < s.children.length; edge++) {
      this.#link(
        slots[s.parents[edge] as number] as number,
        slots[s.children[edge] as number] as number,
      );
    }
    for (const slot of slots) if (this.#jobs.pending[slot] === 0) this.#makeReady(slot, nowMs);
  }

  /** Opens the books of a run. */
  beginRun(runId: number, jobs: number): void {
    this.#runs.set(runId, { jobs, done: 0, failed: 0, skipped: 0, cancelled: 0, lost: false });
  }

  /** Counts a job that had ended before recovery. */
  countEnded(runId: number, state: number, jobs: number): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    if (state === STATE.done) run.done += jobs;
    else if (state === STATE.failed) run.failed += jobs;
    else if (state === STATE.skipped) run.skipped += jobs;
    else run.cancelled += jobs;
  }

  /** Marks a run whose leaf failed before recovery. */
  markLost(runId: number): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) run.lost = true;
  }

  /** Adds a blocked job; returns its slot. */
  addJob(job: LiveJob): number {
    const jobs = this.#jobs;
    const slot = jobs.allocate();
    jobs.id[slot] = job.id;
    jobs.run[slot] = job.runId;
    jobs.state[slot] = STATE.blocked;
    jobs.priority[slot] = job.priority;
    jobs.rule[slot] = job.rule;
    jobs.attempt[slot] = 0;
    jobs.tries[slot] = 0;
    jobs.maxAttempts[slot] = job.maxAttempts;
    jobs.timeoutMs[slot] = job.timeoutMs;
    jobs.pending[slot] = 0;
    jobs.parents[slot] = 0;
    jobs.failedParents[slot] = 0;
    jobs.skippedParents[slot] = 0;
    jobs.firstEdge[slot] = -1;
    jobs.queue[slot] = this.#queues.number(job.queue);
    jobs.task[slot] = this.#tasks.number(job.task);
    jobs.args[slot] = job.args;
    this.#slots.set(job.id, slot);
    return slot;
  }

  /** Adds an edge between live jobs. */
  linkIds(parentId: number, childId: number): void {
    this.#link(this.#slots.get(parentId), this.#slots.get(childId));
  }

  #link(parent: number, child: number): void {
    const jobs = this.#jobs;
    jobs.firstEdge[parent] = this.#edges.add(jobs.firstEdge[parent] as number, child);
    jobs.pending[child] = (jobs.pending[child] as number) + 1;
    jobs.parents[child] = (jobs.parents[child] as number) + 1;
  }

  /** Recovery: `child` has this many parents that ended thus. */
  countEndedParents(childId: number, done: number, failed: number, skipped: number): void {
    const jobs = this.#jobs;
    const slot = this.#slots.get(childId);
    jobs.parents[slot] = (jobs.parents[slot] as number) + done + failed + skipped;
    jobs.failedParents[slot] = (jobs.failedParents[slot] as number) + failed;
    jobs.skippedParents[slot] = (jobs.skippedParents[slot] as number) + skipped;
  }

  /** Recovery: the attempts that the log knows of a live job, and when it is due if it is backing off. */
  restoreAttempts(id: number, attempt: number, tries: number): void {
    const slot = this.#slots.get(id);
    this.#jobs.attempt[slot] = attempt;
    this.#jobs.tries[slot] = tries;
  }

  /** Recovery: decides a blocked job from its parents, once all edges are in. */
  decideNow(id: number, dueMs: number, nowMs: number): void {
    const slot = this.#slots.get(id);
    if (slot < 0 || this.#jobs.state[slot] !== STATE.blocked) return;
    if (dueMs > nowMs) this.#delay(slot, dueMs);
    else this.#cascade([slot], 0, nowMs);
  }

  /** Hands out up to `limit` ready jobs of the queues, best first, each logged as claimed. */
  claim(queues: readonly string[], limit: number, workerId: number, nowMs: number): Claim[] {
    const claims: Claim[] = [];
    for (const name of queues) {
      const heap = this.#ready[this.#queues.number(name)];
      while (heap !== undefined && heap.size > 0 && claims.length < limit) {
        const slot = heap.minValue;
        const id = heap.minKey % ID_LIMIT;
        heap.pop();
        if (this.#jobs.id[slot] === id && this.#jobs.state[slot] === STATE.ready)
          claims.push(this.#claimSlot(slot, workerId, nowMs));
      }
    }
    return claims;
  }

  #claimSlot(slot: number, workerId: number, _nowMs: number): Claim {
    const jobs = this.#jobs;
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
    const jobs = this.#jobs;
    const slot = this.#slots.get(outcome.jobId);
    if (slot < 0 || jobs.state[slot] !== STATE.claimed || jobs.attempt[slot] !== outcome.attempt)
      return false;
    this.claimedCount--;
    if (outcome.kind === "done") {
      this.#log(
        outcome.jobId,
        STATE.done,
        outcome.attempt,
        workerId,
        nowMs,
        CAUSE.none,
        0,
        outcome.payload,
      );
      this.#end(slot, STATE.done, CAUSE.none, nowMs);
    } else if (outcome.kind === "release") {
      this.#log(
        outcome.jobId,
        STATE.released,
        outcome.attempt,
        workerId,
        nowMs,
        CAUSE.shutdown,
        0,
        null,
      );
      this.#makeReady(slot, nowMs);
    } else this.#fail(slot, outcome, workerId, nowMs);
    return true;
  }

  #fail(slot: number, outcome: Outcome, workerId: number, nowMs: number): void {
    const jobs = this.#jobs;
    const tries = (jobs.tries[slot] as number) + 1;
    jobs.tries[slot] = tries;
    if (tries >= (jobs.maxAttempts[slot] as number)) {
      this.#log(
        outcome.jobId,
        STATE.failed,
        outcome.attempt,
        workerId,
        nowMs,
        CAUSE.handlerError,
        0,
        outcome.payload,
      );
      this.#end(slot, STATE.failed, CAUSE.handlerError, nowMs);
      return;
    }
    const { retryBackoffMs, retryBackoffMaxMs } = this.#config;
    const dueMs = nowMs + Math.min(retryBackoffMaxMs, retryBackoffMs * 2 ** (tries - 1));
    this.#log(
      outcome.jobId,
      STATE.delayed,
      outcome.attempt,
      workerId,
      dueMs,
      CAUSE.handlerError,
      0,
      outcome.payload,
    );
    this.#delay(slot, dueMs);
  }

  /** Moves due jobs to ready; returns how many. */
  promoteDue(nowMs: number): number {
    let promoted = 0;
    while (this.#due.minKey <= nowMs) {
      const slot = this.#due.minValue;
      const dueMs = this.#due.minKey;
      this.#due.pop();
      if (this.#jobs.state[slot] === STATE.delayed && this.#jobs.readyAtMs[slot] === dueMs) {
        this.#makeReady(slot, nowMs);
        promoted++;
      }
    }
    return promoted;
  }

  /** When the next delayed job is due. */
  get nextDueMs(): number {
    return this.#due.minKey;
  }

  /** How a live run stands; undefined for a run that ended or never was. */
  run(runId: number): RunStatus | undefined {
    const run = this.#runs.get(runId);
    return run === undefined
      ? undefined
      : {
          runId,
          status: "running",
          jobs: run.jobs,
          done: run.done,
          failed: run.failed,
          skipped: run.skipped,
          cancelled: run.cancelled,
        };
  }

  /** Live jobs as text, one line each in id order: equal ledgers give equal texts. */
  snapshot(ids: Iterable<number>): string[] {
    const jobs = this.#jobs;
    const lines: string[] = [];
    for (const id of ids) {
      const slot = this.#slots.get(id);
      if (slot < 0 || isTerminal(jobs.state[slot] as number)) continue;
      lines.push(
        [
          id,
          jobs.state[slot],
          jobs.attempt[slot],
          jobs.tries[slot],
          jobs.pending[slot],
          jobs.parents[slot],
          jobs.failedParents[slot],
          jobs.skippedParents[slot],
        ].join(" "),
      );
    }
    return lines;
  }

  #makeReady(slot: number, nowMs: number): void {
    const jobs = this.#jobs;
    jobs.state[slot] = STATE.ready;
    jobs.readyAtMs[slot] = nowMs;
    const queue = jobs.queue[slot] as number;
    let heap = this.#ready[queue];
    if (heap === undefined) {
      heap = new NumberHeap();
      this.#ready[queue] = heap;
    }
    heap.push(
      (MAX_PRIORITY - (jobs.priority[slot] as number)) * ID_LIMIT + (jobs.id[slot] as number),
      slot,
    );
    this.readyCount++;
  }

  #delay(slot: number, dueMs: number): void {
    this.#jobs.state[slot] = STATE.delayed;
    this.#jobs.readyAtMs[slot] = dueMs;
    this.#due.push(dueMs, slot);
  }

  /** A job reached a terminal state: its run counts it and its children are decided. */
  #end(slot: number, state: number, cause: number, nowMs: number): void {
    const affected: number[] = [];
    this.#close(slot, state, cause, affected);
    if (affected.length > 0) this.#cascade(affected, this.#jobs.id[slot] as number, nowMs);
    this.#releaseIfUnheld(slot);
  }

  #close(slot: number, state: number, cause: number, affected: number[]): void {
    const jobs = this.#jobs;
    const leaf = jobs.firstEdge[slot] === -1;
    jobs.state[slot] = state;
    this.#countInRun(
      jobs.run[slot] as number,
      state,
      leaf && (state === STATE.failed || cause === CAUSE.upstreamFailed),
    );
    const failed =
      state === STATE.failed || state === STATE.cancelled || cause === CAUSE.upstreamFailed;
    for (let edge = jobs.firstEdge[slot] as number; edge !== -1; edge = this.#edges.take(edge)) {
      const child = this.#edges.child(edge);
      jobs.pending[child] = (jobs.pending[child] as number) - 1;
      if (failed) jobs.failedParents[child] = (jobs.failedParents[child] as number) + 1;
      else if (state === STATE.skipped)
        jobs.skippedParents[child] = (jobs.skippedParents[child] as number) + 1;
      affected.push(child);
    }
    jobs.firstEdge[slot] = -1;
  }

  /** Decides jobs whose parents changed, and on through everything that this skips. Iterative: a chain may be a million long. */
  #cascade(affected: number[], by: number, nowMs: number): void {
    const jobs = this.#jobs;
    for (let next = 0; next < affected.length; next++) {
      const slot = affected[next] as number;
      if (jobs.state[slot] !== STATE.blocked) {
        this.#releaseIfUnheld(slot);
        continue;
      }
      const decision = decide(
        jobs.rule[slot] as number,
        jobs.pending[slot] as number,
        jobs.failedParents[slot] as number,
        jobs.skippedParents[slot] as number,
        jobs.parents[slot] as number,
      );
      if (decision === DECISION.run) this.#makeReady(slot, nowMs);
      else if (decision >= 0) {
        this.#log(jobs.id[slot] as number, STATE.skipped, 0, 0, nowMs, decision, by, null);
        this.#close(slot, STATE.skipped, decision, affected);
        this.#releaseIfUnheld(slot);
      }
    }
  }

  #releaseIfUnheld(slot: number): void {
    const jobs = this.#jobs;
    const id = jobs.id[slot] as number;
    if (id < 0 || jobs.pending[slot] !== 0 || !isTerminal(jobs.state[slot] as number)) return;
    this.#slots.delete(id);
    jobs.release(slot);
  }

  #countInRun(runId: number, state: number, lost: boolean): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    this.countEnded(runId, state, 1);
    run.lost ||= lost;
    if (run.done + run.failed + run.skipped + run.cancelled < run.jobs) return;
    const status = run.lost ? "failed" : run.cancelled > 0 ? "cancelled" : "done";
    this.endedRuns.push({
      runId,
      status,
      jobs: run.jobs,
      done: run.done,
      failed: run.failed,
      skipped: run.skipped,
      cancelled: run.cancelled,
    });
    this.#runs.delete(runId);
  }
}
