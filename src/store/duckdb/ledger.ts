/**
 * The ledger: the state of all live jobs in memory, and the only place that decides what a job may do next.
 *
 * Every change is handed to the log in the same call, so that the log can rebuild the ledger. Nothing
 * here runs SQL, and nothing here waits.
 */
import type { Config } from "../../model/config.ts";
import { STATE } from "../../model/job.ts";
import type { JobOptions } from "../../model/job-options.ts";
import type { LimitRules } from "../../model/limits.ts";
import type { Submission } from "../store.ts";
import { Attempts } from "./attempts.ts";
import { Cascade, type Log } from "./cascade.ts";
import { EndedJobs } from "./ended-jobs.ts";
import { FLAG } from "./job-columns.ts";
import { JobTable } from "./job-table.ts";
import { Limits } from "./limits.ts";
import { RunBook } from "./run-book.ts";
import { ScheduleBook } from "./schedule-book.ts";
import { UniqueKeys } from "./unique-keys.ts";
import { WaitingJobs } from "./waiting-jobs.ts";

/** Neither live nor ended, within one call: nothing decides such a job, and its slot stays its own. */
const LEAVING = STATE.released;

/** What a ledger is made with. */
export interface LedgerOptions {
  readonly config: Config;
  readonly limits: LimitRules;
  /** From 0 to below 1; spreads retries. */
  readonly random: () => number;
  readonly nowMs: number;
}

/** See the file's head. */
export class Ledger {
  /** Written by the ledger and by recovery. */
  readonly jobs: JobTable = new JobTable();
  readonly runs: RunBook = new RunBook();
  readonly ended: EndedJobs = new EndedJobs();
  readonly keys: UniqueKeys = new UniqueKeys();
  /** Rare facts by job id. */
  readonly options: Map<number, JobOptions> = new Map();
  readonly cascade: Cascade;
  readonly waiting: WaitingJobs;
  readonly attempts: Attempts;
  readonly schedules: ScheduleBook = new ScheduleBook();
  /** Told of each new job, where somebody watches. */
  onAdded: ((slot: number) => void) | null = null;
  readonly #log: Log;

  constructor({ config, limits: rules, random, nowMs }: LedgerOptions, log: Log) {
    const { jobs, options } = this;
    this.#log = log;
    const limits = new Limits(rules, (id) => options.get(id), nowMs);
    const waiting = new WaitingJobs(jobs, limits);
    const cascade = new Cascade(jobs, this.runs, this.ended, log, {
      parentsDecided: (slot, now) => waiting.begin(slot, now),
      optionsEnded: (slot) => this.#forgetOptions(slot),
      decided: (now) => this.#endExpandedJobs(now),
    });
    this.waiting = waiting;
    this.cascade = cascade;
    this.attempts = new Attempts({ jobs, waiting, limits, cascade, options, config, random, log });
  }

  /** Takes a run in; what waits for nothing is ready. */
  admit(s: Submission, runId: number, firstJobId: number, nowMs: number): void {
    this.runs.open(runId, s.nodeCount);
    this.addJobs(s, runId, firstJobId, nowMs);
  }

  /** Takes jobs in whose run is known, or with `runId` 0 have none; what waits for nothing is ready. */
  addJobs(s: Submission, runId: number, firstJobId: number, nowMs: number): void {
    const slots = this.jobs.addAll(s, runId, firstJobId, nowMs);
    for (let edge = 0; edge < s.children.length; edge++) {
      const parent = slots[s.parents[edge] as number] as number;
      this.cascade.link(parent, slots[s.children[edge] as number] as number);
    }
    for (const [node, options] of s.options)
      this.keepOptions(slots[node] as number, options, nowMs);
    s.outside.children.forEach((node, edge) => {
      this.linkOutside(s.outside.parentIds[edge] as number, slots[node] as number);
    });
    if (this.onAdded !== null) for (const slot of slots) this.onAdded(slot);
    for (let node = 0; node < slots.length; node++) this.decideFirst(slots[node] as number, nowMs);
  }

  /** Makes a job wait for one that was there before it, live or ended. */
  linkOutside(parentId: number, child: number): void {
    const parent = this.jobs.slotOf(parentId);
    if (parent >= 0 && this.ended.stateOf(parentId) === 0) this.cascade.link(parent, child);
    else this.cascade.linkEnded(parentId, child);
  }

  /** Keeps the rare facts of a job. */
  keepOptions(slot: number, options: JobOptions, bornMs: number): void {
    const id = this.jobs.id[slot] as number;
    this.options.set(id, options);
    this.jobs.flags[slot] = (this.jobs.flags[slot] as number) | FLAG.hasOptions;
    const { uniqueKey, uniqueMs = Number.POSITIVE_INFINITY } = options;
    if (uniqueKey !== undefined) this.keys.take(uniqueKey, id, bornMs + uniqueMs);
  }

  /** Decides a job that has just been linked to its parents. */
  decideFirst(slot: number, nowMs: number): void {
    const { jobs } = this;
    if (jobs.parents[slot] === 0) this.waiting.begin(slot, nowMs);
    else this.cascade.resume(slot, 0, nowMs);
  }

  #forgetOptions(slot: number): void {
    const id = this.jobs.id[slot] as number;
    const key = this.options.get(id)?.uniqueKey;
    if (key !== undefined) this.keys.ended(key, id);
    this.options.delete(id);
  }

  /** The jobs whose sub-runs have closed end with them, and so on upwards. */
  #endExpandedJobs(nowMs: number): void {
    for (let ended = this.runs.takeClosedSubRun(); ended; ended = this.runs.takeClosedSubRun()) {
      const { jobId, attempt } = ended.parent;
      const slot = this.jobs.slotOf(jobId);
      const waits =
        slot >= 0 &&
        this.jobs.state[slot] === STATE.expanded &&
        this.jobs.attempt[slot] === attempt;
      // A job that was cancelled has ended before its sub-run.
      if (waits) this.attempts.endExpanded(slot, ended.status, nowMs);
    }
  }

  /**
   * Cancels live jobs in any state, then decides their children: a job that waits for another of them is
   * cancelled, not skipped. Sub-runs of them are cancelled by the caller.
   */
  cancel(slots: readonly number[], cause: number, by: number, nowMs: number): void {
    const { jobs } = this;
    for (const slot of slots) {
      const state = jobs.state[slot] as number;
      if (state === STATE.claimed) this.attempts.unclaim(slot);
      else if (state === STATE.ready || state === STATE.delayed) this.waiting.drop(slot);
      const attempt = jobs.attempt[slot] as number;
      this.#log(jobs.id[slot] as number, STATE.cancelled, attempt, 0, nowMs, cause, by, null);
      jobs.state[slot] = LEAVING;
    }
    for (const slot of slots) this.cascade.end(slot, STATE.cancelled, nowMs);
  }
}
