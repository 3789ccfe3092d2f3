/** Writes a draft while a model queue is used: time goes on by itself, calls are three steps, so that they overlap. */
import { type EventRow, TYPE } from "../history/event.ts";
import type { Promises } from "../history/facts.ts";
import { ruleOf } from "../history/trigger-table.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";
import { type Draft, type DraftEvent, EVENT_GAP_NS } from "./draft.ts";
import type { ModelQueue } from "./model-queue.ts";

const NS_PER_MS = 1e6;

/** A step takes at most so long. */
const MOST_STEP_MS = 3;

/** What a call answered. */
export interface Answer {
  readonly type: number;
  readonly rows: readonly EventRow[];
}

/** The effect of a call: at once, inside its interval. */
export type Effect = () => Answer;

/** An answer of rows. */
export function yes(...rows: EventRow[]): Answer {
  return { type: TYPE.ok, rows: rows.length === 0 ? [{}] : rows };
}

/** Certainly nothing happened. */
export const NO: Answer = { type: TYPE.fail, rows: [{}] };

/** See the file's head. */
export class DraftWriter {
  readonly draft: Draft;
  readonly #random: SeededRandom;
  readonly #queue: ModelQueue;
  #ns = 0;
  #ms = 0;

  constructor(random: SeededRandom, queue: ModelQueue, promises: Promises) {
    this.#random = random;
    this.#queue = queue;
    this.draft = { events: [], jobs: [], edges: [], log: queue.log, promises };
  }

  get nowMs(): number {
    return this.#ms;
  }

  /** Time goes on, and what is due in the queue happens. */
  tick(): void {
    this.#ms += this.#random.below(MOST_STEP_MS + 1);
    this.#queue.nowMs = this.#ms;
    this.#queue.expireLeases();
  }

  note(proc: number, kind: number, row: EventRow = {}): DraftEvent {
    return this.#push(null, proc, kind, TYPE.ok, row);
  }

  invoke(proc: number, kind: number, row: EventRow = {}): DraftEvent {
    return this.#push(null, proc, kind, TYPE.invoke, row);
  }

  answer(call: DraftEvent, { type, rows }: Answer): void {
    for (const row of rows) this.#push(call, call.proc, call.kind, type, row);
  }

  /** A call that nothing can come between. */
  atOnce(proc: number, kind: number, row: EventRow, effect: Effect): void {
    const call = this.invoke(proc, kind, row);
    this.answer(call, effect());
  }

  /** What a client learns to have asked for. */
  asked(call: DraftEvent, ids: readonly number[]): void {
    for (const id of ids) {
      const job = this.#queue.jobs.get(id);
      if (job === undefined) continue;
      const { run, queue, priority, rule, maxAttempts, runAtMs, uniqueKey, limitKey } = job;
      this.draft.jobs.push({
        call,
        fact: {
          ...{ id, run, queue, priority, rule: ruleOf(rule), maxAttempts, runAtMs },
          ...{ uniqueKey, limitKey },
        },
      });
      for (const parent of job.parents) this.draft.edges.push({ child: id, parent });
    }
  }

  #push(
    call: DraftEvent | null,
    proc: number,
    kind: number,
    type: number,
    row: EventRow,
  ): DraftEvent {
    this.#ns = Math.max(this.#ns + EVENT_GAP_NS, this.#ms * NS_PER_MS);
    const event = { call, ns: this.#ns, ms: this.#ms, proc, kind, type, row };
    this.draft.events.push(event);
    return event;
  }
}
