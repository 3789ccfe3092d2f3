/**
 * How each job ended that is not purged: one byte per id, in pages. So a job can depend on one that ended
 * long ago without asking the database.
 */
import { CAUSE, STATE } from "../../model/job.ts";

const PAGE_IDS = 65_536;
const UPSTREAM_FAILED = 0x10;
const STATE_BITS = 0x0f;

interface Page {
  readonly bytes: Uint8Array;
  jobs: number;
}

/** See the file's head. */
export class EndedJobs {
  readonly #pages = new Map<number, Page>();
  #count = 0;

  /** Jobs that have ended and are not purged. */
  get count(): number {
    return this.#count;
  }

  /** Records an end. */
  set(id: number, state: number, cause: number): void {
    this.#put(id, state | (cause === CAUSE.upstreamFailed ? UPSTREAM_FAILED : 0));
  }

  /** Forgets a job: it was purged, or lives again. */
  delete(id: number): void {
    this.#put(id, 0);
  }

  /** Forgets jobs; returns the function that brings them back. */
  take(ids: readonly number[]): () => void {
    const bytes = Uint8Array.from(ids, (id) => this.#byte(id));
    for (const id of ids) this.#put(id, 0);
    return () => {
      ids.forEach((id, index) => {
        this.#put(id, bytes[index] as number);
      });
    };
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
    return this.#pages.get(Math.floor(id / PAGE_IDS))?.bytes[id % PAGE_IDS] ?? 0;
  }

  /** A page without jobs is given back. */
  #put(id: number, byte: number): void {
    const number = Math.floor(id / PAGE_IDS);
    let page = this.#pages.get(number);
    if (page === undefined) {
      if (byte === 0) return;
      page = { bytes: new Uint8Array(PAGE_IDS), jobs: 0 };
      this.#pages.set(number, page);
    }
    const change = Number(byte !== 0) - Number(page.bytes[id % PAGE_IDS] !== 0);
    page.bytes[id % PAGE_IDS] = byte;
    page.jobs += change;
    this.#count += change;
    if (page.jobs === 0) this.#pages.delete(number);
  }
}
