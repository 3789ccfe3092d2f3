/** What a queue answers: jobs, runs, totals, SQL, and checks of itself. Nothing here changes anything. */
import type { Clock } from "../lib/clock.ts";
import type { JobRecord } from "../store/records.ts";
import type {
  Audit,
  Counters,
  Repair,
  RowCounts,
  RunStatus,
  SelfCheck,
  Store,
} from "../store/store.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Runs } from "./runs.ts";

/** See the file's head. */
export abstract class QueueReads {
  readonly #store: Store;
  /** Jobs that failed for good: list, inspect, redrive. */
  readonly deadLetters: DeadLetters;
  /** Runs by id: status, progress, wait, cancel, retry, graph, tree. */
  readonly runs: Runs;

  protected constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.deadLetters = new DeadLetters(store, clock);
    this.runs = new Runs(store, clock);
  }

  /** All that is known of a job, with every attempt and its error; undefined for one that is not there. */
  job(jobId: number): Promise<JobRecord | undefined> {
    return this.#store.job(jobId);
  }

  /** Short for `runs.status`. */
  run(runId: number): Promise<RunStatus> {
    return this.runs.status(runId);
  }

  /** Short for `runs.wait`. */
  waitForRun(runId: number): Promise<RunStatus> {
    return this.runs.wait(runId);
  }

  /** Resolves when no job is ready and none is running; delayed ones may be left. */
  idle(): Promise<void> {
    return this.#store.whenIdle();
  }

  /** Running totals; scans nothing. */
  stats(): Counters {
    return this.#store.counters();
  }

  /**
   * Runs one SELECT over the tables and the views `job_state`, `attempts`, `dead_letter_queue`, `dag_run_stats`,
   * `queue_latency` and `critical_path`. Read-only: it writes nothing, and reads no files or settings.
   *
   * @param parameters by name, for `$name` in the text
   * @throws InputError (`READ_ONLY` where it is refused), QuackmarkError (`READ_LIMIT`: too long, or too many rows)
   */
  sql(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    return this.#store.query(text, parameters);
  }

  /** Verifies a run, or the whole database, from the tables alone. */
  audit(runId: number | null = null): Promise<Audit> {
    return this.#store.audit(runId);
  }

  /** Time from ready to claimed, from the log. */
  queueWait(): Promise<{ p50Ms: number; p99Ms: number }> {
    return this.#store.queueWait();
  }

  /** Rows of the main tables, as a connection of its own sees them. */
  counts(): Promise<RowCounts> {
    return this.#store.counts();
  }

  /** Whether the state in memory is the one that the log gives, job by job; for tests and for doubt. */
  selfCheck(): Promise<SelfCheck> {
    return this.#store.selfCheck();
  }

  /** What was mended when the queue was opened; null where nothing was wrong. */
  get repair(): Repair | null {
    return this.#store.repair;
  }
}
