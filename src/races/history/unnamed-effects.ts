/**
 * Effects on jobs that no row names: a cancel by filter, a settle in doubt, a crash that voids every claim.
 * They may have touched any job, so every check asks whether one lies where it looks.
 */
import { KIND, TYPE } from "./event.ts";
import { type History, NOBODY } from "./history.ts";
import type { Operations } from "./operations.ts";

/** Kinds whose certain effect may still be on jobs that they do not name. Of others, an `ok` without a job did nothing. */
const ACTS_UNNAMED: ReadonlySet<number> = new Set([
  KIND.cancel,
  KIND.redrive,
  KIND.purge,
  KIND.pause,
  KIND.resume,
  KIND.shutdown,
  KIND.close,
  KIND.crash,
  KIND.restart,
  KIND.clock,
]);

/** See the file's head: those of some kinds, by time. */
export class UnnamedEffects {
  /** When each can begin, in order. */
  readonly #invNs: Float64Array;
  /** The latest end of all so far. */
  readonly #latestRetNs: Float64Array;

  constructor(history: History, operations: Operations, kinds: readonly number[]) {
    const found: number[] = [];
    for (const kind of kinds)
      for (const event of operations.ofKind(kind)) {
        const type = operations.typeOf(event);
        const unnamed = history.job[event] === NOBODY;
        if (unnamed && (type === TYPE.info || (type === TYPE.ok && ACTS_UNNAMED.has(kind))))
          found.push(event);
      }
    found.sort((a, b) => operations.invOf(a) - operations.invOf(b));
    this.#invNs = Float64Array.from(found, (event) => operations.invOf(event));
    this.#latestRetNs = Float64Array.from(found, (event) => operations.retOf(event));
    for (let n = 1; n < found.length; n++)
      this.#latestRetNs[n] = Math.max(
        this.#latestRetNs[n] as number,
        this.#latestRetNs[n - 1] as number,
      );
  }

  /** How many there are. */
  get count(): number {
    return this.#invNs.length;
  }

  /** Whether one may have taken place within a time. */
  within(fromNs: number, toNs: number): boolean {
    // Never is not within a time without end.
    const first = this.firstAfter(fromNs);
    return first <= toNs && first < Number.POSITIVE_INFINITY;
  }

  /** The earliest time from `fromNs` at which one may have taken place; `Infinity` for never. */
  firstAfter(fromNs: number): number {
    const latest = this.#latestRetNs;
    let low = 0;
    let high = latest.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((latest[middle] as number) < fromNs) low = middle + 1;
      else high = middle;
    }
    return low < latest.length
      ? Math.max(fromNs, this.#invNs[low] as number)
      : Number.POSITIVE_INFINITY;
  }

  /** How many may have begun before a time. */
  begunBefore(ns: number): number {
    let low = 0;
    let high = this.#invNs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#invNs[middle] as number) < ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
