/**
 * What the end of a job means for those that wait for it: ready, skipped, or still blocked. All of it is
 * decided in the turn in which the job ends, in O(edges), so that no child is ever left behind.
 */
import { CAUSE, isTerminal, STATE } from "../../model/job.ts";
import { DECISION, decide } from "../../model/triggers.ts";
import { EdgeList } from "./edge-list.ts";
import type { EndedJobs } from "./ended-jobs.ts";
import { FLAG } from "./job-columns.ts";
import type { JobTable } from "./job-table.ts";
import type { RunBook } from "./run-book.ts";

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

/** Told of what the cascade decides. */
export interface CascadeOwner {
  /** The parents of a blocked job let it run. */
  parentsDecided(slot: number, nowMs: number): void;
  /** A job with rare facts has ended. */
  optionsEnded(slot: number): void;
  /** All that follows inside a run is decided; runs may have closed. */
  decided(nowMs: number): void;
}

/** See the file's head. Jobs are known by their slots. */
export class Cascade {
  readonly #jobs: JobTable;
  readonly #runs: RunBook;
  readonly #log: Log;
  readonly #ended: EndedJobs;
  readonly #owner: CascadeOwner;
  readonly #edges = new EdgeList();

  constructor(jobs: JobTable, runs: RunBook, ended: EndedJobs, log: Log, owner: CascadeOwner) {
    this.#jobs = jobs;
    this.#runs = runs;
    this.#log = log;
    this.#ended = ended;
    this.#owner = owner;
  }

  /** Makes `child` wait for `parent`. */
  link(parent: number, child: number): void {
    const jobs = this.#jobs;
    jobs.hasChildren[parent] = 1;
    jobs.firstEdge[parent] = this.#edges.add(jobs.firstEdge[parent] as number, child);
    jobs.pending[child] = (jobs.pending[child] as number) + 1;
    jobs.parents[child] = (jobs.parents[child] as number) + 1;
  }

  /** Makes `child` a child of a job that has ended already. */
  linkEnded(parentId: number, child: number): void {
    const jobs = this.#jobs;
    jobs.parents[child] = (jobs.parents[child] as number) + 1;
    if (this.#ended.countsAsFailed(parentId)) {
      jobs.failedParents[child] = (jobs.failedParents[child] as number) + 1;
    } else if (this.#ended.stateOf(parentId) === STATE.skipped) {
      jobs.skippedParents[child] = (jobs.skippedParents[child] as number) + 1;
    }
  }

  /** A job ended in a terminal state, which the caller has logged. */
  end(slot: number, state: number, nowMs: number): void {
    const affected: number[] = [];
    this.#close(slot, state, CAUSE.none, affected);
    if (affected.length > 0) this.#decideAll(affected, this.#jobs.id[slot] as number, nowMs);
    this.#freeIfUnheld(slot);
    this.#owner.decided(nowMs);
  }

  /** Decides a blocked job whose parents may have ended before it was linked to them; `by` is one of these, or 0. */
  resume(slot: number, by: number, nowMs: number): void {
    this.#decideAll([slot], by, nowMs);
    this.#owner.decided(nowMs);
  }

  /** Ends one job and tells its children, which are added to `affected`. */
  #close(slot: number, state: number, cause: number, affected: number[]): void {
    const jobs = this.#jobs;
    const failed =
      state === STATE.failed || state === STATE.cancelled || cause === CAUSE.upstreamFailed;
    const lost = jobs.hasChildren[slot] === 0 && failed && state !== STATE.cancelled;
    jobs.state[slot] = state;
    jobs.dies(slot);
    this.#ended.set(jobs.id[slot] as number, state, cause);
    if (((jobs.flags[slot] as number) & FLAG.hasOptions) !== 0) this.#owner.optionsEnded(slot);
    this.#runs.count(jobs.run[slot] as number, state, 1, lost ? 1 : 0);
    for (let edge = jobs.firstEdge[slot] as number; edge !== -1; ) {
      const child = this.#edges.child(edge);
      jobs.pending[child] = (jobs.pending[child] as number) - 1;
      if (failed) jobs.failedParents[child] = (jobs.failedParents[child] as number) + 1;
      else if (state === STATE.skipped) {
        jobs.skippedParents[child] = (jobs.skippedParents[child] as number) + 1;
      }
      affected.push(child);
      edge = this.#edges.take(edge);
    }
    jobs.firstEdge[slot] = -1;
  }

  /** Goes on through everything that a skip skips. Iterative: a chain may be a million long. */
  #decideAll(affected: number[], by: number, nowMs: number): void {
    const jobs = this.#jobs;
    for (let next = 0; next < affected.length; next++) {
      const slot = affected[next] as number;
      if (jobs.state[slot] !== STATE.blocked) {
        this.#freeIfUnheld(slot);
        continue;
      }
      const decision = this.#decide(slot);
      if (decision === DECISION.run) this.#owner.parentsDecided(slot, nowMs);
      else if (decision !== DECISION.wait) {
        this.#log(jobs.id[slot] as number, STATE.skipped, 0, 0, nowMs, decision, by, null);
        this.#close(slot, STATE.skipped, decision, affected);
        this.#freeIfUnheld(slot);
      }
    }
  }

  #decide(slot: number): number {
    const jobs = this.#jobs;
    return decide(jobs.rule[slot] as number, {
      total: jobs.parents[slot] as number,
      pending: jobs.pending[slot] as number,
      failed: jobs.failedParents[slot] as number,
      skipped: jobs.skippedParents[slot] as number,
    });
  }

  /** Gives back the slot of a job that ended, once no parent holds an edge to it. */
  #freeIfUnheld(slot: number): void {
    const jobs = this.#jobs;
    const held = jobs.pending[slot] !== 0 || !isTerminal(jobs.state[slot] as number);
    if (!held && (jobs.id[slot] as number) > 0) jobs.free(slot);
  }
}
