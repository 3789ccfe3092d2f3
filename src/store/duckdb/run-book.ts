/** The books of live runs: how many of their jobs ended, and how; a run closes with its last job. */
import { STATE } from "../../model/job.ts";
import type { RunStatus } from "../store.ts";

interface Book {
  readonly jobs: number;
  done: number;
  failed: number;
  skipped: number;
  cancelled: number;
  /** A leaf failed, or was skipped because something above it failed: so the run failed. */
  lost: boolean;
}

function statusOf(runId: number, book: Book, status: RunStatus["status"]): RunStatus {
  const { jobs, done, failed, skipped, cancelled } = book;
  return { runId, status, jobs, done, failed, skipped, cancelled };
}

/** See the file's head. */
export class RunBook {
  readonly #books = new Map<number, Book>();
  #closed: RunStatus[] = [];

  /** Opens the book of a run with this many jobs. */
  open(runId: number, jobs: number): void {
    this.#books.set(runId, { jobs, done: 0, failed: 0, skipped: 0, cancelled: 0, lost: false });
  }

  /** Counts jobs that ended in a terminal state; `lost` if one of them decides that the run failed. */
  count(runId: number, state: number, jobs: number, lost: boolean): void {
    const book = this.#books.get(runId);
    if (book === undefined) return;
    if (state === STATE.done) book.done += jobs;
    else if (state === STATE.failed) book.failed += jobs;
    else if (state === STATE.skipped) book.skipped += jobs;
    else book.cancelled += jobs;
    book.lost ||= lost;
    if (book.done + book.failed + book.skipped + book.cancelled < book.jobs) return;
    const status = book.lost ? "failed" : book.cancelled > 0 ? "cancelled" : "done";
    this.#closed.push(statusOf(runId, book, status));
    this.#books.delete(runId);
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
}
