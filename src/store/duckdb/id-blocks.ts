/**
 * Ids are given out from blocks that are reserved in the database before they are used, so that an id
 * whose commit was lost (durability `relaxed`, or a crash) is never given out a second time.
 */

/** What is numbered. */
export type IdKind = "jobs" | "runs" | "seq" | "workers";

/** Ids of one block. */
const BLOCK_IDS = 2 ** 20;

/** The first id that is free of each kind: the value of a control row of kind `ids`. */
export type FreeIds = Record<IdKind, number>;

/** A new database begins at 1. */
export const FIRST_IDS: Readonly<FreeIds> = { jobs: 1, runs: 1, seq: 1, workers: 1 };

/** See the file's head. */
export class IdBlocks {
  readonly #next: FreeIds;
  readonly #reserved: FreeIds;

  constructor(free: Readonly<FreeIds>) {
    this.#next = { ...free };
    this.#reserved = { ...free };
  }

  /** Takes `count` consecutive ids and returns the first. */
  take(kind: IdKind, count = 1): number {
    const first = this.#next[kind];
    this.#next[kind] = first + count;
    return first;
  }

  /** Rows were lost, and perhaps a reservation with them: what it reserved is not given out. */
  skipBlock(): void {
    for (const kind of Object.keys(this.#next) as IdKind[]) this.#next[kind] += BLOCK_IDS;
  }

  /** What to write before or with the ids just taken, or null when they are reserved already. */
  reserve(): FreeIds | null {
    const kinds = Object.keys(this.#next) as IdKind[];
    if (kinds.every((kind) => this.#next[kind] <= this.#reserved[kind])) return null;
    for (const kind of kinds)
      if (this.#next[kind] > this.#reserved[kind])
        this.#reserved[kind] = this.#next[kind] + BLOCK_IDS;
    return { ...this.#reserved };
  }

  /** A reservation may be lost with its commit: the next ids are reserved before they are used. */
  reserveAnew(): void {
    for (const kind of Object.keys(this.#reserved) as IdKind[]) this.#reserved[kind] = 0;
  }

  /** The first free ids exactly, for a clean close: behind the row that says so, which takes a `seq` itself. */
  free(): FreeIds {
    return { ...this.#next, seq: this.#next.seq + 1 };
  }
}
