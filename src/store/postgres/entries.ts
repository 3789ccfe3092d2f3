/**
 * Jobs that wait for the next turn to store them. Calls that come together share its round trip and its commit,
 * and a claim of an idle worker goes with them: such a job has been claimed when it is there.
 */
import type { Client } from "pg";
import { StringColumn } from "../../lib/string-column.ts";
import type { EnqueueReceipt, Submission } from "../store.ts";
import type { Admission } from "./admission.ts";

/** Most jobs of a call that shares; what is larger has a transaction of its own, beside which a commit costs little. */
const SHARED_ROWS = 1_000;
/** Most jobs that enter in one turn. */
const TURN_ROWS = 5_000;

interface Entry {
  readonly submission: Submission;
  resolve(receipt: EnqueueReceipt): void;
  reject(error: unknown): void;
}

/** Whether a call shares: its jobs are ready at once, and have no key that could be taken and no parent that could be missing. */
export function canShare({ nodeCount, runAtMs, options, outside }: Submission): boolean {
  const isPlain = runAtMs === null && options.size === 0 && outside.children.length === 0;
  return isPlain && nodeCount <= SHARED_ROWS;
}

/** See the file's head. */
export class Entries {
  readonly #admission: Admission;
  #waiting: Entry[] = [];

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Whether any wait. */
  get some(): boolean {
    return this.#waiting.length > 0;
  }

  /** Adds jobs. @throws QuackmarkError (BACKPRESSURE) */
  add(submission: Submission): Promise<EnqueueReceipt> {
    return new Promise((resolve, reject) => this.#waiting.push({ submission, resolve, reject }));
  }

  /** A batch without jobs. */
  none(): EntryBatch {
    return new EntryBatch(this.#admission, []);
  }

  /** Those at the head of the line, for one turn. */
  take(): EntryBatch {
    let taken = 0;
    for (let rows = 0; taken < this.#waiting.length; taken++) {
      rows += (this.#waiting[taken] as Entry).submission.nodeCount;
      if (taken > 0 && rows > TURN_ROWS) break;
    }
    return new EntryBatch(this.#admission, this.#waiting.splice(0, taken));
  }
}

/** The jobs that enter in one turn. */
export class EntryBatch {
  readonly #admission: Admission;
  readonly #ticket: number;
  #entries: readonly Entry[];
  /** Their first id, once they are stored. */
  #first: number | null = null;

  constructor(admission: Admission, entries: readonly Entry[]) {
    this.#admission = admission;
    this.#entries = entries;
    this.#ticket = admission.newTicket();
  }

  /** Calls that it holds. */
  get size(): number {
    return this.#entries.length;
  }

  /** The parameters of what is still to be stored; null for nothing. Refuses the calls for which there is no room. */
  async parameters(client: Client): Promise<unknown[] | null> {
    if (this.#first !== null || this.size === 0) return null;
    this.#entries = await this.#admission.room.admitted(client, this.#entries);
    if (this.size === 0) return null;
    return this.#admission.sharedValues(joined(this.#entries), this.#ticket);
  }

  /** The connection was lost: looks whether they are stored. */
  async find(client: Client): Promise<void> {
    if (this.#first === null && this.size > 0)
      this.#first = await this.#admission.findTicket(client, this.#ticket);
  }

  /** They are stored, from this id on. */
  stored(first: number): void {
    this.#first = first;
  }

  /** How many jobs were stored. */
  get jobs(): number {
    if (this.#first === null) return 0;
    return this.#entries.reduce((sum, { submission }) => sum + submission.nodeCount, 0);
  }

  /** How many of them wait for a worker, beside those that were claimed at once. */
  left(claims: Iterable<{ readonly jobId: number }>): number {
    const first = this.#first ?? 0;
    let left = this.jobs;
    for (const { jobId } of claims) if (jobId >= first && jobId < first + this.jobs) left--;
    return left;
  }

  /** Tells the callers their ids. */
  resolve(): void {
    let next = this.#first ?? 0;
    for (const { submission, resolve } of this.#entries) {
      const first = next;
      next += submission.nodeCount;
      const jobIds = Array.from({ length: submission.nodeCount }, (_, node) => first + node);
      resolve({ jobIds, ignored: 0 });
    }
  }

  /** Tells all callers an error. */
  reject(error: unknown): void {
    for (const entry of this.#entries) entry.reject(error);
  }

  /** A batch for each call. */
  apart(): EntryBatch[] {
    return this.#entries.map((entry) => new EntryBatch(this.#admission, [entry]));
  }
}

/** The jobs of all calls as those of one. */
function joined(entries: readonly Entry[]): Submission {
  const [{ submission: first }] = entries as [Entry];
  if (entries.length === 1) return first;
  const all = entries.map(({ submission }) => submission);
  const column = (of: (one: Submission) => StringColumn): StringColumn => {
    const strings = new StringColumn();
    for (const one of all)
      for (let node = 0; node < one.nodeCount; node++) strings.push(of(one).at(node));
    return strings;
  };
  return {
    ...first,
    nodeCount: all.reduce((sum, { nodeCount }) => sum + nodeCount, 0),
    names: all.flatMap(({ names }) => names),
    args: all.flatMap(({ args }) => args),
    tasks: column(({ tasks }) => tasks),
    queues: column(({ queues }) => queues),
    priorities: Uint8Array.from(all.flatMap(({ priorities }) => [...priorities])),
    rules: Int32Array.from(all.flatMap(({ rules }) => [...rules])),
    maxAttempts: Int32Array.from(all.flatMap(({ maxAttempts }) => [...maxAttempts])),
    timeoutsMs: Int32Array.from(all.flatMap(({ timeoutsMs }) => [...timeoutsMs])),
  };
}
