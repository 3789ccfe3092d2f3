/** The questions that the embedded store answers from its tables, on the reader connection. */
import { STATE, STATE_NAMES, type StateName } from "../../model/job.ts";
import type { DeadLetter, DeadLetterFilter, JobRecord, RunRecord, RunTree } from "../records.ts";
import type {
  Audit,
  Counters,
  ParentEnd,
  Repair,
  RowCounts,
  RunStatus,
  StoredSchedule,
} from "../store.ts";
import { audit } from "./audit.ts";
import type { DurableLedger } from "./durable-ledger.ts";
import { readDeadLetters, readJob } from "./read-jobs.ts";
import { readParents } from "./read-parents.ts";
import { type LiveStates, readRun, readRunTree } from "./read-runs.ts";
import type { ReadSide } from "./read-side.ts";
import { readCounts, readQueueWait, readRunStatus } from "./reads.ts";

/** See the file's head. */
export abstract class ReadingStore {
  readonly joinsTransactions = false;

  protected readonly durable: DurableLedger;

  constructor(durable: DurableLedger) {
    this.durable = durable;
  }

  protected get reads(): ReadSide {
    return this.durable.reads;
  }

  protected abstract assertOpen(): void;

  get repair(): Repair | null {
    return this.reads.repair;
  }

  /** The state of a job by the ledger, also of one that ended; 0 for one that it does not know. */
  #stateOf(jobId: number): number {
    const { jobs, ended } = this.durable.ledger;
    const slot = jobs.slotOf(jobId);
    return ended.stateOf(jobId) || (slot < 0 ? STATE.blocked : (jobs.state[slot] as number));
  }

  async runStatus(runId: number): Promise<RunStatus> {
    this.assertOpen();
    const live = this.durable.ledger.runs.status(runId);
    if (live !== undefined) return live;
    await this.durable.lane.committed;
    return this.reads.read((reader) => readRunStatus(reader, runId));
  }

  counters(): Counters {
    const { counters, ledger } = this.durable;
    return {
      ...counters,
      ready: ledger.waiting.ready.count,
      delayed: ledger.waiting.delayedCount,
      claimed: ledger.attempts.claimedCount,
    };
  }

  get #live(): LiveStates {
    return {
      stateOf: (jobId) => this.#stateOf(jobId),
      statusOf: (runId) => this.durable.ledger.runs.status(runId),
    };
  }

  async query(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    this.assertOpen();
    return this.reads.query(text, parameters);
  }

  async audit(runId: number | null): Promise<Audit> {
    this.assertOpen();
    return this.reads.read((reader) => audit(reader, runId));
  }

  async queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    this.assertOpen();
    return this.reads.read((reader) => readQueueWait(reader));
  }

  async counts(): Promise<RowCounts> {
    this.assertOpen();
    return this.reads.read((reader) => readCounts(reader));
  }

  async parentsOf(jobIds: readonly number[]): Promise<ReadonlyMap<number, readonly ParentEnd[]>> {
    this.assertOpen();
    return this.reads.read((reader) => readParents(reader, jobIds));
  }

  async schedules(): Promise<readonly StoredSchedule[]> {
    this.assertOpen();
    return this.durable.ledger.schedules.all();
  }

  async job(jobId: number): Promise<JobRecord | undefined> {
    this.assertOpen();
    await this.durable.lane.committed;
    const job = await this.reads.read((reader) => readJob(reader, jobId));
    return job && { ...job, state: STATE_NAMES[this.#stateOf(jobId)] as StateName };
  }

  async deadLetters(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]> {
    this.assertOpen();
    await this.durable.lane.committed;
    return this.reads.read((reader) => readDeadLetters(reader, filter, limit));
  }

  async runRecord(runId: number): Promise<RunRecord> {
    this.assertOpen();
    await this.durable.lane.committed;
    return this.reads.read((reader) => readRun(reader, runId, this.#live));
  }

  async runTree(runId: number): Promise<RunTree> {
    this.assertOpen();
    await this.durable.lane.committed;
    return this.reads.read((reader) => readRunTree(reader, runId, this.#live));
  }
}
