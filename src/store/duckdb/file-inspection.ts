/**
 * What the file of a queue holds, shown to its owner while no process has it open.
 *
 * States are those that the log gives: the same ledger is built from it as at every opening, in memory only.
 */
import { statSync } from "node:fs";
import { type Config, resolveConfig } from "../../model/config.ts";
import { isTerminal, STATE, STATE_NAMES, type StateName } from "../../model/job.ts";
import type { DeadLetter } from "../records.ts";
import type { RunStatus } from "../store.ts";
import { LAST_ENDS } from "./ended-sql.ts";
import { Ledger } from "./ledger.ts";
import { openReadOnly, type ReadOnlyDatabase } from "./open-read-only.ts";
import { dateOf, readDeadLetters, textOf } from "./read-jobs.ts";
import { readNumber, readRunStatus } from "./reads.ts";
import { recover } from "./recovery.ts";
import { type FirstRows, SqlWindow } from "./sql-window.ts";

/** How many jobs of a queue are in each state. */
export interface QueueStates {
  readonly queue: string;
  readonly paused: boolean;
  readonly jobs: number;
  readonly states: Readonly<Record<InspectedState, number>>;
}

/** The states that a job can be in. */
export type InspectedState = Exclude<StateName, "released" | "redriven">;

/** The file as a whole. */
export interface FileSummary {
  readonly file: string;
  readonly schemaVersion: number;
  readonly fileBytes: number;
  /** Commits that are not in the file yet; 0 after a clean close. */
  readonly walBytes: number;
  readonly jobs: number;
  readonly edges: number;
  readonly runs: number;
  readonly schedules: number;
  readonly queues: readonly QueueStates[];
}

/** A run, as a list shows it. */
export interface InspectedRun extends RunStatus {
  readonly name: string | null;
  readonly createdAt: Date;
}

/** A job, as a list shows it. */
export interface InspectedJob {
  readonly jobId: number;
  /** 0 for a job without a run. */
  readonly runId: number;
  readonly name: string | null;
  readonly queue: string;
  readonly task: string;
  readonly state: InspectedState;
  readonly priority: number;
  readonly attempts: number;
  readonly createdAt: Date;
  /** When its state changed; null for a job that was never claimed or decided. */
  readonly changedAt: Date | null;
}

/** The first rows of a list, and how many there are beyond them. */
export interface Shown<Row> {
  readonly rows: readonly Row[];
  readonly leftOut: number;
}

/** States in the order of a job's life. */
export const INSPECTED_STATES: readonly InspectedState[] = [
  "blocked",
  "delayed",
  "ready",
  "claimed",
  "expanded",
  "done",
  "failed",
  "skipped",
  "cancelled",
];

/** See the file's head. */
export class FileInspection {
  readonly #database: ReadOnlyDatabase;
  readonly #config: Config;
  readonly #ledger: Ledger;

  private constructor(database: ReadOnlyDatabase, ledger: Ledger, config: Config) {
    this.#database = database;
    this.#ledger = ledger;
    this.#config = config;
  }

  /** Throws like `openReadOnly`. */
  static async open(path: string, nowMs: number): Promise<FileInspection> {
    const config = resolveConfig();
    const database = await openReadOnly(path, config.duckdbThreads);
    try {
      const options = { config, limits: {}, random: () => 0, nowMs };
      const ledger = new Ledger(options, () => undefined);
      await recover(database.reader, ledger, "keep", nowMs, config.leaseMs);
      return new FileInspection(database, ledger, config);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Sizes, counts, and the states of all jobs by queue. */
  async summary(): Promise<FileSummary> {
    const { file, schemaVersion } = this.#database;
    return {
      file,
      schemaVersion,
      fileBytes: statSync(file).size,
      walBytes: statSync(`${file}.wal`, { throwIfNoEntry: false })?.size ?? 0,
      jobs: await this.#number("SELECT count(*) FROM jobs"),
      edges: await this.#number("SELECT count(*) FROM job_dependencies"),
      runs: await this.#number("SELECT count(*) FROM dag_runs"),
      schedules: this.#ledger.schedules.all().length,
      queues: await this.#queues(),
    };
  }

  /** The newest runs first. */
  async runs(limit: number): Promise<Shown<InspectedRun>> {
    const { reader } = this.#database;
    const result = await reader.run(
      "SELECT id, name, epoch_us(created_at) FROM dag_runs ORDER BY id DESC LIMIT $limit",
      { limit: BigInt(limit) },
    );
    const rows: InspectedRun[] = [];
    for (const [id, name, createdUs] of await result.getRows()) {
      const runId = Number(id);
      const status = this.#ledger.runs.status(runId) ?? (await readRunStatus(reader, runId));
      rows.push({ ...status, name: textOf(name), createdAt: dateOf(createdUs) });
    }
    return this.#shown(rows, "dag_runs");
  }

  /** The newest jobs first. */
  async jobs(limit: number): Promise<Shown<InspectedJob>> {
    const result = await this.#database.reader.run(
      `WITH m AS (SELECT * FROM jobs ORDER BY id DESC LIMIT $limit),
         t AS (SELECT job_id, max(attempt) AS attempts, epoch_us(max(ts)) AS changed FROM transitions
           WHERE job_id IN (SELECT id FROM m) GROUP BY job_id)
       SELECT m.id, m.run_id, m.name, m.queue, m.task, m.priority, coalesce(t.attempts, 0), epoch_us(m.created_at), t.changed
       FROM m LEFT JOIN t ON t.job_id = m.id ORDER BY m.id DESC`,
      { limit: BigInt(limit) },
    );
    const rows = (await result.getRows()).map(
      ([id, run, name, queue, task, priority, attempts, created, changed]): InspectedJob => ({
        jobId: Number(id),
        runId: Number(run),
        name: textOf(name),
        queue: String(queue),
        task: String(task),
        state: this.#stateOf(Number(id)),
        priority: Number(priority),
        attempts: Number(attempts),
        createdAt: dateOf(created),
        changedAt: changed === null ? null : dateOf(changed),
      }),
    );
    return this.#shown(rows, "jobs");
  }

  /** The newest dead letters first. */
  async deadLetters(limit: number): Promise<Shown<DeadLetter>> {
    const rows = await readDeadLetters(this.#database.reader, {}, limit);
    return this.#shown(rows, `(${LAST_ENDS}) WHERE state = ${STATE.failed}`);
  }

  /** The first rows of one SELECT. @throws InputError, QuackmarkError like `Queue.sql` */
  async sql(text: string, limit: number): Promise<FirstRows & { readonly leftOut: number }> {
    const window = new SqlWindow(this.#database.window, this.#config);
    const answer = await window.first(text, limit);
    const leftOut = answer.more ? (await window.count(text)) - answer.rows.length : 0;
    return { ...answer, leftOut };
  }

  close(): void {
    this.#database.close();
  }

  #stateOf(jobId: number): InspectedState {
    const { jobs, ended } = this.#ledger;
    const end = ended.stateOf(jobId);
    const slot = jobs.slotOf(jobId);
    const state = isTerminal(end) ? end : slot < 0 ? STATE.blocked : jobs.state[slot];
    return STATE_NAMES[state as number] as InspectedState;
  }

  /** A million jobs are read as columns: two values each, and no object. */
  async #queues(): Promise<QueueStates[]> {
    const { paused } = this.#ledger.waiting.ready;
    const counts = new Map<string, Record<InspectedState, number>>();
    const result = await this.#database.reader.run("SELECT queue, id::DOUBLE FROM jobs");
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const [queues, ids] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
      for (let row = 0; row < chunk.rowCount; row++) {
        const queue = String(queues.getItem(row));
        const states = counts.get(queue) ?? noJobs();
        counts.set(queue, states);
        states[this.#stateOf(Number(ids.getItem(row)))]++;
      }
    }
    for (const queue of paused) if (!counts.has(queue)) counts.set(queue, noJobs());
    return [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([queue, states]) => ({
        queue,
        paused: paused.has(queue),
        jobs: Object.values(states).reduce((sum, count) => sum + count, 0),
        states,
      }));
  }

  async #shown<Row>(rows: readonly Row[], from: string): Promise<Shown<Row>> {
    return { rows, leftOut: (await this.#number(`SELECT count(*) FROM ${from}`)) - rows.length };
  }

  #number(text: string): Promise<number> {
    return readNumber(this.#database.reader, text);
  }
}

function noJobs(): Record<InspectedState, number> {
  return Object.fromEntries(INSPECTED_STATES.map((state) => [state, 0])) as Record<
    InspectedState,
    number
  >;
}
