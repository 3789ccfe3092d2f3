/**
 * The jobs that could be claimed, and the rules of the order in which they are: paused queues wait, and a
 * job whose last claim a crash voided (a suspect) runs alone, so that a job that kills its process is found out.
 */
import { STATE } from "../../model/job.ts";
import { FLAG } from "./job-columns.ts";
import type { JobTable } from "./job-table.ts";
import type { Limits } from "./limits.ts";
import { ReadyQueues } from "./ready-queues.ts";

/** See the file's head. Jobs are known by their slots. */
export class ReadyJobs {
  readonly #jobs: JobTable;
  readonly #limits: Limits;
  readonly #ready = new ReadyQueues();
  readonly #suspects = new ReadyQueues();
  #readySuspects = 0;
  #count = 0;
  /** Queues that hand nothing out. */
  readonly paused: Set<string> = new Set();

  constructor(jobs: JobTable, limits: Limits) {
    this.#jobs = jobs;
    this.#limits = limits;
  }

  /** Jobs that are ready, those in paused queues and at a limit too. */
  get count(): number {
    return this.#count;
  }

  /** Whether a suspect waits until it can run alone. */
  get hasSuspects(): boolean {
    return this.#readySuspects > 0;
  }

  /** A job became ready. */
  add(slot: number): void {
    this.#count++;
    this.#push(slot);
  }

  /** A ready job left in another way than by `take`: it was cancelled. */
  drop(slot: number): void {
    this.#count--;
    if (this.#isSuspect(slot)) this.#readySuspects--;
  }

  /** Takes the best suspect of the queues, or -1. */
  takeSuspect(queues: readonly string[]): number {
    for (const name of queues) {
      if (this.paused.has(name)) continue;
      const slot = this.#suspects.take(this.#jobs.queues.number(name), this.#isReady);
      if (slot < 0) continue;
      this.#count--;
      this.#readySuspects--;
      return slot;
    }
    return -1;
  }

  /** Takes the best job of a queue that no limit holds back, or -1. */
  take(name: string, nowMs: number): number {
    if (this.paused.has(name)) return -1;
    const jobs = this.#jobs;
    const queue = jobs.queues.number(name);
    for (;;) {
      if (this.#limits.any && !this.#limits.queueHasRoom(name, nowMs)) return -1;
      const slot = this.#ready.take(queue, this.#isReady);
      if (slot < 0) return -1;
      const keyed = this.#limits.any && ((jobs.flags[slot] as number) & FLAG.hasOptions) !== 0;
      if (keyed && this.#limits.parkIfFull(jobs.id[slot] as number, nowMs)) continue;
      this.#count--;
      return slot;
    }
  }

  /** Jobs of a key that has room again: they are ready as before. */
  unpark(jobIds: readonly number[]): void {
    for (const id of jobIds) {
      const slot = this.#jobs.slotOf(id);
      if (slot >= 0 && this.#jobs.state[slot] === STATE.ready) this.#push(slot);
    }
  }

  readonly #isReady = (slot: number, id: number): boolean =>
    this.#jobs.id[slot] === id && this.#jobs.state[slot] === STATE.ready;

  #isSuspect(slot: number): boolean {
    return ((this.#jobs.flags[slot] as number) & FLAG.suspect) !== 0;
  }

  #push(slot: number): void {
    const jobs = this.#jobs;
    const suspect = this.#isSuspect(slot);
    if (suspect) this.#readySuspects++;
    (suspect ? this.#suspects : this.#ready).push(
      jobs.queue[slot] as number,
      jobs.priority[slot] as number,
      jobs.id[slot] as number,
      slot,
    );
  }
}
