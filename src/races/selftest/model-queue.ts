/**
 * A queue that is right by being simple: everything in one map, every question answered by a look at all jobs.
 * The self-test draws valid histories from it. It shares nothing with the engine but the names of states.
 */
import { CAUSE, STATE } from "../../model/job.ts";
import type { LogRow } from "../history/job-log.ts";
import { isEnd, type ModelJob, type ModelRun, type ModelSpec, wayOf } from "./model-job.ts";
import { decide } from "./model-rules.ts";

interface Change {
  readonly cause?: number;
  readonly atMs?: number;
  readonly worker?: number;
  readonly payload?: string;
}

/** Most jobs of one limit key that may be claimed at once. */
export const LIMIT = 2;

/** See the file's head. Each method is one transaction; false, 0 or an empty list: refused. */
export class ModelQueue {
  readonly jobs: Map<number, ModelJob> = new Map();
  readonly runs: Map<number, ModelRun> = new Map();
  readonly log: LogRow[] = [];
  nowMs = 0;
  #lastId = 0;
  #lastRun = 0;

  /** Ids of the new jobs; empty where a unique key is taken. */
  accept(specs: readonly ModelSpec[], asRun: boolean, parent?: ModelJob): number[] {
    const taken = (key: string): boolean =>
      [...this.jobs.values()].some((job) => job.uniqueKey === key && !isEnd(job.state));
    if (specs.some(({ uniqueKey }) => uniqueKey !== "" && taken(uniqueKey))) return [];
    const run = asRun ? ++this.#lastRun : 0;
    const ids = specs.map(() => ++this.#lastId);
    if (asRun)
      this.runs.set(run, {
        members: ids,
        parentJob: parent?.id ?? 0,
        parentAttempt: parent?.attempt ?? 0,
      });
    specs.forEach((spec, n) => {
      const parents = spec.after.map((place) => ids[place] as number);
      const id = ids[n] as number;
      const state = parents.length > 0 ? STATE.blocked : STATE.ready;
      const fresh = { attempt: 0, tries: 0, leaseEndMs: 0, payload: null, seq: 0, cause: 0 };
      this.jobs.set(id, { ...spec, id, run, parents, state, dueMs: spec.runAtMs, ...fresh });
    });
    return ids;
  }

  /** The best jobs of a queue: highest priority, then lowest id. */
  claim(queue: string, most: number, leaseMs: number, worker: number): ModelJob[] {
    const taken: ModelJob[] = [];
    const open = [...this.jobs.values()].filter((job) => job.queue === queue && this.#isReady(job));
    open.sort((a, b) => b.priority - a.priority || a.id - b.id);
    for (const job of open) {
      if (taken.length === most) break;
      if (!this.#hasRoom(job.limitKey)) continue;
      job.attempt++;
      job.leaseEndMs = this.nowMs + leaseMs;
      this.#write(job, STATE.claimed, { worker, atMs: job.dueMs });
      taken.push(job);
    }
    return taken;
  }

  heartbeat(id: number, attempt: number, leaseMs: number): boolean {
    const job = this.#held(id, attempt);
    if (job !== null) job.leaseEndMs = this.nowMs + leaseMs;
    return job !== null;
  }

  ack(id: number, attempt: number, payload: string): boolean {
    const job = this.#held(id, attempt);
    if (job === null) return false;
    this.#end(job, STATE.done, { payload });
    return true;
  }

  /** A try is used up; the last one is the end. */
  fail(id: number, attempt: number, backoffMs: number): boolean {
    const job = this.#held(id, attempt);
    if (job !== null) this.#lose(job, CAUSE.handlerError, backoffMs);
    return job !== null;
  }

  nack(id: number, attempt: number, delayMs: number): boolean {
    return this.#giveBack(id, attempt, { cause: CAUSE.nack, atMs: this.nowMs + delayMs });
  }

  release(id: number, attempt: number): boolean {
    return this.#giveBack(id, attempt, { cause: CAUSE.shutdown, atMs: 0 });
  }

  /** The job waits for a run of its own; that run's jobs, or none. */
  expand(id: number, attempt: number, specs: readonly ModelSpec[]): number[] {
    const job = this.#held(id, attempt);
    if (job === null) return [];
    const ids = this.accept(specs, true, job);
    this.#write(job, STATE.expanded, {});
    return ids;
  }

  cancel(id: number): boolean {
    const job = this.jobs.get(id);
    if (job === undefined || isEnd(job.state) || job.state === STATE.expanded) return false;
    this.#end(job, STATE.cancelled, { cause: CAUSE.control });
    return true;
  }

  redrive(id: number): boolean {
    const job = this.jobs.get(id);
    if (job?.state !== STATE.failed || job.run !== 0) return false;
    job.tries = 0;
    job.dueMs = 0;
    this.#write(job, STATE.redriven, { cause: CAUSE.control });
    job.state = STATE.ready;
    return true;
  }

  /** Removes an ended job of no run. */
  purge(id: number): boolean {
    const job = this.jobs.get(id);
    if (job === undefined || !isEnd(job.state) || job.run !== 0) return false;
    return this.jobs.delete(id);
  }

  /** Takes back what was held for too long. */
  expireLeases(): void {
    for (const job of this.jobs.values())
      if (job.state === STATE.claimed && job.leaseEndMs <= this.nowMs)
        this.#lose(job, CAUSE.lostLease, 0);
  }

  /** Every claim is void. */
  crash(): void {
    for (const job of this.jobs.values())
      if (job.state === STATE.claimed) this.#lose(job, CAUSE.crash, 0);
  }

  /** Whether all jobs of a run, or all jobs, have ended. */
  hasEnded(ids: Iterable<number> = this.jobs.keys()): boolean {
    for (const id of ids) {
      const job = this.jobs.get(id);
      if (job !== undefined && !isEnd(job.state)) return false;
    }
    return true;
  }

  #isReady({ state, dueMs }: ModelJob): boolean {
    return (state === STATE.ready || state === STATE.delayed) && dueMs <= this.nowMs;
  }

  #hasRoom(key: string): boolean {
    const holds = (job: ModelJob): boolean => job.limitKey === key && job.state === STATE.claimed;
    return key === "" || [...this.jobs.values()].filter(holds).length < LIMIT;
  }

  #held(id: number, attempt: number): ModelJob | null {
    const job = this.jobs.get(id);
    return job?.state === STATE.claimed && job.attempt === attempt ? job : null;
  }

  #giveBack(id: number, attempt: number, change: Change): boolean {
    const job = this.#held(id, attempt);
    if (job === null) return false;
    job.dueMs = change.atMs ?? 0;
    this.#write(job, change.cause === CAUSE.nack ? STATE.delayed : STATE.released, change);
    if (job.state === STATE.released) job.state = STATE.ready;
    return true;
  }

  #lose(job: ModelJob, cause: number, backoffMs: number): void {
    job.tries++;
    if (job.tries >= job.maxAttempts) {
      this.#end(job, STATE.failed, { cause });
      return;
    }
    job.dueMs = this.nowMs + backoffMs;
    this.#write(job, STATE.delayed, { cause, atMs: job.dueMs });
  }

  /** Ends a job, and all that follows from it. */
  #end(job: ModelJob, state: number, change: Change): void {
    this.#write(job, state, change);
    job.payload = change.payload ?? null;
    for (const child of this.jobs.values())
      if (child.state === STATE.blocked && child.parents.includes(job.id)) this.#decide(child);
    const run = this.runs.get(job.run);
    const above = run === undefined ? undefined : this.jobs.get(run.parentJob);
    if (run === undefined || above?.state !== STATE.expanded || !this.hasEnded(run.members)) return;
    const good = run.members.every((id) => this.jobs.get(id)?.state === STATE.done);
    this.#end(above, good ? STATE.done : STATE.failed, good ? {} : { cause: CAUSE.subRun });
  }

  #decide(child: ModelJob): void {
    const ways = child.parents.map((parent) => wayOf(this.jobs.get(parent)));
    const decision = decide(child.rule, ways);
    if (decision === "run") child.state = STATE.ready;
    if (decision !== "skip") return;
    const cause = ways.includes("failed") ? CAUSE.upstreamFailed : CAUSE.rule;
    this.#end(child, STATE.skipped, { cause });
  }

  #write(job: ModelJob, state: number, change: Change): void {
    job.state = state;
    job.cause = change.cause ?? 0;
    job.seq = this.log.length + 1;
    this.log.push({
      seq: job.seq,
      jobId: job.id,
      state,
      attempt: job.attempt,
      tsMs: this.nowMs,
      worker: change.worker ?? 0,
      atMs: change.atMs ?? 0,
      cause: job.cause,
      byJobId: 0,
      payload: change.payload ?? null,
    });
  }
}
