/**
 * The books of live runs: how many of their jobs ended, and how; a run closes with its last job. A run may
 * belong to a job of another run, which it expanded: that job ends when the run closes.
 */
import { STATE } from "../../model/job.ts";
import type { RunStatus } from "../store.ts";
import type { RunParent } from "./row-source.ts";

/** How the jobs of a run ended so far. */
export interface RunCounts {
  done: number;
  failed: number;
  skipped: number;
  cancelled: number;
  /** Leaves that failed, or were skipped because something above them failed: one decides that the run failed. */
  lost: number;
}

interface Book extends RunCounts {
  jobs: number;
  readonly parent: RunParent | null;
  readonly depth: number;
}

/** A sub-run that closed, and the job that waits for it. */
export interface ClosedSubRun {
  readonly parent: RunParent;
  readonly status: RunStatus;
}

const COUNTED = {
  [STATE.done]: "done",
  [STATE.failed]: "failed",
  [STATE.skipped]: "skipped",
  [STATE.cancelled]: "cancelled",
} as const;

function endedOf({ done, failed, skipped, cancelled }: RunCounts): number {
  return done + failed + skipped + cancelled;
}

function statusOf(runId: number, book: Book, status: RunStatus["status"]): RunStatus {
  const { jobs, done, failed, skipped, cancelled } = book;
  return { runId, status, jobs, done, failed, skipped, cancelled };
}

/** See the file's head. */
export class RunBook {
  readonly #books = new Map<number, Book>();
  /** The live run of an expanded job. */
  readonly #childOf = new Map<number, number>();
  #closed: RunStatus[] = [];
  #closedSubRuns: ClosedSubRun[] = [];

  /** Opens the book of a run with this many jobs. */
  open(runId: number, jobs: number, parent: RunParent | null = null, parentRunId = 0): void {
    const depth = parent === null ? 0 : (this.#books.get(parentRunId)?.depth ?? 0) + 1;
    this.reopen(
      runId,
      jobs,
      { done: 0, failed: 0, skipped: 0, cancelled: 0, lost: 0 },
      parent,
      depth,
    );
  }

  /** Opens the book of a run some of whose jobs have ended. */
  reopen(
    runId: number,
    jobs: number,
    { done, failed, skipped, cancelled, lost }: RunCounts,
    parent: RunParent | null = null,
    depth = 0,
  ): void {
    const book = { jobs, done, failed, skipped, cancelled, lost, parent, depth };
    this.#books.set(runId, book);
    if (parent !== null) this.#childOf.set(parent.jobId, runId);
  }

  /** Handlers added jobs to a live run. */
  grow(runId: number, jobs: number): void {
    const book = this.#books.get(runId);
    if (book !== undefined) book.jobs += jobs;
  }

  /** How many runs are above a live run. */
  depthOf(runId: number): number {
    return this.#books.get(runId)?.depth ?? 0;
  }

  /** The live run of an expanded job, or 0. */
  childRunOf(jobId: number): number {
    return this.#childOf.get(jobId) ?? 0;
  }

  /** Whether a run is live. */
  has(runId: number): boolean {
    return this.#books.has(runId);
  }

  /** Counts jobs that ended in a terminal state, `lost` of them deciding that the run failed. */
  count(runId: number, state: number, jobs: number, lost: number): void {
    const book = this.#books.get(runId);
    if (book === undefined) return;
    const counted = COUNTED[state as keyof typeof COUNTED];
    book[counted] += jobs;
    book.lost += lost;
    if (endedOf(book) < book.jobs) return;
    const end = book.lost > 0 ? "failed" : book.cancelled > 0 ? "cancelled" : "done";
    const status = statusOf(runId, book, end);
    this.#closed.push(status);
    this.#books.delete(runId);
    if (book.parent === null) return;
    this.#childOf.delete(book.parent.jobId);
    this.#closedSubRuns.push({ parent: book.parent, status });
  }

  /** A job of a live run that had ended lives again. */
  uncount(runId: number, state: number, lost: number): void {
    const book = this.#books.get(runId);
    if (book === undefined) return;
    book[COUNTED[state as keyof typeof COUNTED]]--;
    book.lost -= lost;
  }

  /** How a live run stands; undefined for one that ended or never was. */
  status(runId: number): RunStatus | undefined {
    const book = this.#books.get(runId);
    return book === undefined ? undefined : statusOf(runId, book, "running");
  }

  /** The runs that closed since the last call. */
  takeClosed(): readonly RunStatus[] {
    const closed = this.#closed;
    if (closed.length > 0) this.#closed = [];
    return closed;
  }

  /** A sub-run that closed and whose job has not been told. */
  takeClosedSubRun(): ClosedSubRun | undefined {
    return this.#closedSubRuns.pop();
  }
}
