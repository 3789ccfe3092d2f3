/**
 * How each job ended that is not purged: one byte per id, in pages. So a job can depend on one that ended
 * long ago without asking the database.
 */
import { CAUSE, STATE } from "../../model/job.ts";

const PAGE_IDS = 65_536;
const UPSTREAM_FAILED = 0x10;
const STATE_BITS = 0x0f;

/** See the file's head. */
export class EndedJobs {
  readonly #pages = new Map<number, Uint8Array>();

  /** Records an end. */
  set(id: number, state: number, cause: number): void {
    const number = Math.floor(id / PAGE_IDS);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint8Array(PAGE_IDS);
      this.#pages.set(number, page);
    }
    page[id % PAGE_IDS] = state | (cause === CAUSE.upstreamFailed ? UPSTREAM_FAILED : 0);
  }

  /** Forgets a job: it was purged, or lives again. */
  delete(id: number): void {
    const page = this.#pages.get(Math.floor(id / PAGE_IDS));
    if (page !== undefined) page[id % PAGE_IDS] = 0;
  }

  /** The terminal state, or 0 for a job that has not ended, was purged or never was. */
  stateOf(id: number): number {
    return this.#byte(id) & STATE_BITS;
  }

  /** Whether its end counts as a failure for the rules of its children. */
  countsAsFailed(id: number): boolean {
    const byte = this.#byte(id);
    const state = byte & STATE_BITS;
    return state === STATE.failed || state === STATE.cancelled || (byte & UPSTREAM_FAILED) !== 0;
  }

  #byte(id: number): number {
    return this.#pages.get(Math.floor(id / PAGE_IDS))?.[id % PAGE_IDS] ?? 0;
  }
}
