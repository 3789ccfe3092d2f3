/** The questions that the store answers from its tables, beside the lane. */
import type { Config } from "../../model/config.ts";
import type { Watcher } from "../events.ts";
import type {
  DeadLetter,
  DeadLetterFilter,
  JobRecord,
  RunRecord,
  RunStatus,
  RunTree,
} from "../records.ts";
import type { Audit, ParentEnd, RowCounts, SelfCheck, StoredSchedule } from "../store.ts";
import type { StoreOptions } from "../store-options.ts";
import { audit } from "./audit.ts";
import { Conditions } from "./conditions.ts";
import type { EventFeed } from "./event-feed.ts";
import { readParents } from "./parents.ts";
import { readDeadLetters, readJob } from "./read-jobs.ts";
import { readRun, readRunTree } from "./read-runs.ts";
import type { Readers } from "./readers.ts";
import {
  readCounts,
  readQueueWait,
  readRunStatus,
  readRunStatuses,
  readSchedules,
} from "./reads.ts";
import { RunWaiters } from "./run-waiters.ts";
import { selfCheck } from "./self-check.ts";
import type { Session } from "./session.ts";
import { readWindow } from "./sql-window.ts";

/** See the file's head. */
export abstract class ReadingStore {
  protected readonly readers: Readers;
  protected readonly schema: string;
  readonly #config: Config;
  readonly #feed: EventFeed;

  /** Those who wait for the end of a run, or until something holds. */
  protected readonly waiters: RunWaiters;
  protected readonly conditions: Conditions;

  constructor(session: Session, options: StoreOptions) {
    this.readers = session.readers;
    this.schema = session.schema;
    this.#config = options.config;
    this.#feed = session.feed;
    this.waiters = new RunWaiters(session, options);
    this.conditions = new Conditions(session, options);
  }

  /** A server mends itself. */
  readonly repair = null;
  readonly joinsTransactions = true;

  protected abstract assertOpen(): void;

  async query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.assertOpen();
    return readWindow(this.readers, this.schema, this.#config, text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.assertOpen();
    return audit(this.readers, this.schema, runId);
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.assertOpen();
    return readQueueWait(this.readers, this.schema);
  }

  async counts(): Promise<RowCounts> {
    this.assertOpen();
    return readCounts(this.readers, this.schema);
  }

  async parentsOf(jobIds: readonly number[]): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
    this.assertOpen();
    return readParents(this.readers, this.schema, jobIds);
  }

  async runStatus(runId: number): Promise<RunStatus> {
    this.assertOpen();
    return readRunStatus(this.readers, this.schema, runId);
  }

  waitForRun(runId: number): Promise<RunStatus> {
    this.assertOpen();
    return this.waiters.wait(runId);
  }

  whenIdle(): Promise<void> {
    this.assertOpen();
    return this.conditions.idle();
  }

  whenEmpty(queue: string): Promise<void> {
    this.assertOpen();
    return this.conditions.empty(queue);
  }

  async deadLetters(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]> {
    this.assertOpen();
    return readDeadLetters(this.readers, this.schema, filter, limit);
  }

  async job(jobId: number): Promise<JobRecord | undefined> {
    this.assertOpen();
    return readJob(this.readers, this.schema, jobId);
  }

  async runRecord(runId: number): Promise<RunRecord> {
    this.assertOpen();
    return readRun(this.readers, this.schema, runId);
  }

  async runTree(runId: number): Promise<RunTree> {
    this.assertOpen();
    return readRunTree(this.readers, this.schema, runId);
  }

  async selfCheck(): Promise<SelfCheck> {
    this.assertOpen();
    return selfCheck(this.readers, this.schema);
  }

  /** Tells what this process does; see event-feed.ts. */
  watch(watcher: Watcher): () => void {
    this.assertOpen();
    return this.#feed.add(watcher);
  }

  /** Runs that an operation of this process ended. */
  protected tellRuns(runIds: readonly number[]): void {
    if (!this.#feed.active) return;
    readRunStatuses(this.readers, this.schema, runIds).then(
      (statuses) => {
        const order = (run: RunStatus): number => runIds.indexOf(run.runId);
        this.#feed.runsEnded(statuses.sort((a, b) => order(a) - order(b)));
      },
      () => undefined,
    );
  }

  async schedules(): Promise<readonly StoredSchedule[]> {
    this.assertOpen();
    return readSchedules(this.readers, this.schema);
  }
}
