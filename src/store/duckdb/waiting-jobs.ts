/** Jobs that wait for nothing but time or a worker: due later, or ready. */
import { NumberHeap } from "../../lib/number-heap.ts";
import { STATE } from "../../model/job.ts";
import type { JobTable } from "./job-table.ts";
import type { Limits } from "./limits.ts";
import { ReadyJobs } from "./ready-jobs.ts";

/** See the file's head. Jobs are known by their slots. */
export class WaitingJobs {
  readonly ready: ReadyJobs;
  readonly #jobs: JobTable;
  readonly #limits: Limits;
  readonly #due = new NumberHeap();
  #delayedCount = 0;
  /** Told of each job that becomes ready, where somebody watches. */
  onReady: ((slot: number) => void) | null = null;

  constructor(jobs: JobTable, limits: Limits) {
    this.#jobs = jobs;
    this.#limits = limits;
    this.ready = new ReadyJobs(jobs, limits);
  }

  /** Jobs that wait until they are due. */
  get delayedCount(): number {
    return this.#delayedCount;
  }

  /** When time alone makes something claimable again; `Infinity` for never. */
  nextDueMs(nowMs: number): number {
    return Math.min(this.#due.minKey, this.#limits.nextTokenAtMs(nowMs));
  }

  /** Nothing holds a new job back but its own time. */
  begin(slot: number, nowMs: number): void {
    const runAtMs = this.#jobs.atMs[slot] as number;
    if (runAtMs > nowMs) this.delay(slot, runAtMs);
    else this.makeReady(slot, nowMs);
  }

  /** The job may be claimed. */
  makeReady(slot: number, nowMs: number): void {
    this.#jobs.state[slot] = STATE.ready;
    this.#jobs.atMs[slot] = nowMs;
    this.ready.add(slot);
    if (this.onReady !== null) this.onReady(slot);
  }

  /** The job waits until it is due. */
  delay(slot: number, dueMs: number): void {
    this.#jobs.state[slot] = STATE.delayed;
    this.#jobs.atMs[slot] = dueMs;
    this.#delayedCount++;
    this.#due.push(dueMs, slot);
  }

  /** A ready or delayed job leaves without being claimed. */
  drop(slot: number): void {
    if (this.#jobs.state[slot] === STATE.delayed) this.#delayedCount--;
    else this.ready.drop(slot);
  }

  /** Moves due jobs to ready, and jobs whose keys have a token again; returns how many were due. */
  promoteDue(nowMs: number): number {
    const jobs = this.#jobs;
    let promoted = 0;
    while (this.#due.minKey <= nowMs) {
      const slot = this.#due.minValue;
      const dueMs = this.#due.minKey;
      this.#due.pop();
      // The slot may hold another job by now, or this one may have been cancelled.
      if (jobs.state[slot] !== STATE.delayed || jobs.atMs[slot] !== dueMs) continue;
      this.#delayedCount--;
      this.makeReady(slot, nowMs);
      promoted++;
    }
    if (this.#limits.any) this.ready.unpark(this.#limits.refilled(nowMs));
    return promoted;
  }
}
