/**
 * Events for watchers: collected as the ledger changes, told when the lane has committed, dropped when the
 * commit failed. Without watchers it costs one look at a flag.
 */
import { CAUSE_NAMES, STATE, STATE_NAMES } from "../../model/job.ts";
import type { JobEvent, JobEventName, Watcher } from "../events.ts";
import type { RunStatus } from "../records.ts";
import type { Ledger } from "./ledger.ts";

/** What the feed works with. */
export interface FeedParts {
  now(): number;
  /** The ledger in force. */
  ledger(): Ledger;
  /** Resolves when what is staged by now is committed. */
  committed(): Promise<void>;
}

const NOTHING = { attempt: 0, workerId: 0, cause: "none", by: 0, tookMs: null, dueMs: null };

/** See the file's head. */
export class EventFeed {
  readonly #parts: FeedParts;
  readonly #watchers = new Set<Watcher>();
  /** When each attempt began that was seen to begin. */
  readonly #claimedAtMs = new Map<number, number>();
  #pending: JobEvent[] = [];
  #carrier: Promise<void> | null = null;
  /** Whether anybody watches. */
  active = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Registers a watcher; returns its removal. */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    this.attach();
    return () => {
      this.#watchers.delete(watcher);
      this.attach();
    };
  }

  /** Listens to the ledger in force, while there are watchers. */
  attach(): void {
    const ledger = this.#parts.ledger();
    this.active = this.#watchers.size > 0;
    if (!this.active) this.#claimedAtMs.clear();
    ledger.waiting.onReady = this.active ? (slot) => this.#plain("ready", slot) : null;
    ledger.onAdded = this.active ? (slot) => this.#plain("enqueued", slot) : null;
  }

  /** A row of the log was staged; see `Log`. */
  logged(
    jobId: number,
    state: number,
    attempt: number,
    workerId: number,
    relevantMs: number,
    cause: number,
    by: number,
    payload: string | null,
  ): void {
    const { jobs } = this.#parts.ledger();
    const slot = jobs.slotOf(jobId);
    const atMs = this.#parts.now();
    this.#push({
      type: STATE_NAMES[state] as JobEventName,
      jobId,
      runId: jobs.run[slot] as number,
      queue: jobs.queues.name(jobs.queue[slot] as number),
      task: jobs.tasks.name(jobs.task[slot] as number),
      attempt,
      workerId,
      atMs,
      cause: CAUSE_NAMES[cause] ?? "none",
      by,
      tookMs: this.#tookMs(jobId, state, atMs, relevantMs),
      dueMs: state === STATE.delayed ? relevantMs : null,
      payload,
    });
  }

  /** A run ended, and that is committed. */
  runEnded(status: RunStatus): void {
    for (const watcher of this.#watchers) watcher.run(status);
  }

  #tookMs(jobId: number, state: number, atMs: number, relevantMs: number): number | null {
    if (state === STATE.claimed) {
      this.#claimedAtMs.set(jobId, atMs);
      return Math.max(0, atMs - relevantMs);
    }
    const claimedAtMs = this.#claimedAtMs.get(jobId);
    this.#claimedAtMs.delete(jobId);
    return claimedAtMs === undefined ? null : atMs - claimedAtMs;
  }

  #plain(type: JobEventName, slot: number): void {
    const { jobs } = this.#parts.ledger();
    this.#push({
      ...NOTHING,
      type,
      jobId: jobs.id[slot] as number,
      runId: jobs.run[slot] as number,
      queue: jobs.queues.name(jobs.queue[slot] as number),
      task: jobs.tasks.name(jobs.task[slot] as number),
      attempt: jobs.attempt[slot] as number,
      atMs: this.#parts.now(),
      payload: null,
    });
  }

  #push(event: JobEvent): void {
    const carrier = this.#parts.committed();
    if (carrier !== this.#carrier) {
      const events: JobEvent[] = [];
      this.#carrier = carrier;
      this.#pending = events;
      carrier.then(
        () => this.#tell(carrier, events),
        () => undefined,
      );
    }
    this.#pending.push(event);
  }

  #tell(carrier: Promise<void>, events: readonly JobEvent[]): void {
    // What comes later waits for a later commit, or for this one again.
    if (this.#carrier === carrier) this.#carrier = null;
    for (const watcher of this.#watchers) watcher.jobs(events);
  }
}
