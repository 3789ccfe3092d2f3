/** The live jobs of the ledger as columns by slot, with a free list: no object per job. */
import { grown } from "../../lib/grown.ts";

/** Bits of a job's flags. */
export const FLAG = {
  /** It has rare facts beside its columns. */
  hasOptions: 1,
  /** A crash voided its last claim: it runs alone until it settles. */
  suspect: 2,
  /** It runs alone now. */
  alone: 4,
  /** A redrive brought it back, and it has not been claimed since: its parents decide it anew. */
  redriven: 8,
} as const;

const NO_BLOCK = -1;

/** See the file's head. Fields are read and written by the ledger alone. */
export class JobColumns {
  id = new Float64Array(1024);
  run = new Float64Array(1024);
  state = new Uint8Array(1024);
  priority = new Uint8Array(1024);
  rule = new Int32Array(1024);
  attempt = new Int32Array(1024);
  tries = new Int32Array(1024);
  maxAttempts = new Int32Array(1024);
  timeoutMs = new Int32Array(1024);
  /** Parents that have not ended; they hold an edge to this slot. */
  pending = new Int32Array(1024);
  parents = new Int32Array(1024);
  failedParents = new Int32Array(1024);
  skippedParents = new Int32Array(1024);
  /** 1 where an edge leads away, also to a child that has ended: not a leaf. */
  hasChildren = new Uint8Array(1024);
  /** First forward edge to a child, or -1. */
  firstEdge = new Int32Array(1024);
  queue = new Int32Array(1024);
  task = new Int32Array(1024);
  /** Blocked: not before. Delayed: due. Ready: since. Claimed: end of the lease. Milliseconds since the epoch. */
  atMs = new Float64Array(1024);
  /** Bits of {@link FLAG}. */
  flags = new Uint8Array(1024);
  readonly args: (string | null)[] = [];
  #used = 0;
  readonly #free: number[] = [];

  /** Slots ever used: live jobs are among the first so many. */
  get used(): number {
    return this.#used;
  }

  /** Makes room for `more` jobs at once, so that a large submission copies the columns once. */
  reserve(more: number): void {
    const needed = this.#used + Math.max(0, more - this.#free.length);
    if (needed > this.id.length) this.#grow(2 ** Math.ceil(Math.log2(needed)));
  }

  /** A slot to fill. */
  allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#used === this.id.length) this.#grow(this.id.length * 2);
    return this.#used++;
  }

  /** The first of `count` slots that follow each other and were never used, all their numbers 0; -1 where slots are free to be used again. */
  allocateBlock(count: number): number {
    if (this.#free.length > 0) return NO_BLOCK;
    this.reserve(count);
    const first = this.#used;
    this.#used += count;
    return first;
  }

  /** Gives a slot back. */
  release(slot: number): void {
    this.args[slot] = null;
    this.id[slot] = -1;
    this.#free.push(slot);
  }

  #grow(capacity: number): void {
    this.id = grown(this.id, capacity);
    this.run = grown(this.run, capacity);
    this.state = grown(this.state, capacity);
    this.priority = grown(this.priority, capacity);
    this.rule = grown(this.rule, capacity);
    this.attempt = grown(this.attempt, capacity);
    this.tries = grown(this.tries, capacity);
    this.maxAttempts = grown(this.maxAttempts, capacity);
    this.timeoutMs = grown(this.timeoutMs, capacity);
    this.pending = grown(this.pending, capacity);
    this.parents = grown(this.parents, capacity);
    this.failedParents = grown(this.failedParents, capacity);
    this.skippedParents = grown(this.skippedParents, capacity);
    this.hasChildren = grown(this.hasChildren, capacity);
    this.firstEdge = grown(this.firstEdge, capacity);
    this.queue = grown(this.queue, capacity);
    this.task = grown(this.task, capacity);
    this.atMs = grown(this.atMs, capacity);
    this.flags = grown(this.flags, capacity);
  }
}
