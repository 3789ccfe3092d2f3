/**
 * Limits on what runs at once and how often, for a queue or for all jobs of a key. They live in memory:
 * a token bucket starts empty after a reopen, so that a crash never lets more through than the limit.
 */
import type { JobOptions } from "../../model/job-options.ts";
import type { Limit, LimitRules } from "../../model/limits.ts";

/** What is known of one queue or key. */
class Meter {
  readonly #limit: Limit;
  #running = 0;
  #tokens = 0;
  #filledAtMs: number;
  /** Ids of jobs that wait for room, in the order in which they were found. */
  readonly parked: Set<number> = new Set();

  constructor(limit: Limit, nowMs: number) {
    this.#limit = limit;
    this.#filledAtMs = nowMs;
  }

  /** Nothing of it need be remembered: a bucket must, or it would be full again. */
  get isForgettable(): boolean {
    return this.#running === 0 && this.#limit.rate === undefined;
  }

  hasRoom(nowMs: number): boolean {
    if (this.#running >= (this.#limit.concurrency ?? Number.POSITIVE_INFINITY)) return false;
    this.#fill(nowMs);
    return this.#limit.rate === undefined || this.#tokens >= 1;
  }

  start(): void {
    this.#running++;
    if (this.#limit.rate !== undefined) this.#tokens--;
  }

  end(): void {
    this.#running--;
  }

  /** When a token is there again; `Infinity` where none is missing. */
  nextTokenAtMs(nowMs: number): number {
    const { rate } = this.#limit;
    if (rate === undefined) return Number.POSITIVE_INFINITY;
    this.#fill(nowMs);
    if (this.#tokens >= 1) return Number.POSITIVE_INFINITY;
    return this.#filledAtMs + Math.ceil(((1 - this.#tokens) * rate.perMs) / rate.count);
  }

  #fill(nowMs: number): void {
    const { rate } = this.#limit;
    if (rate === undefined || nowMs <= this.#filledAtMs) return;
    const gained = ((nowMs - this.#filledAtMs) * rate.count) / rate.perMs;
    this.#tokens = Math.min(rate.burst ?? rate.count, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}

/** See the file's head. */
export class Limits {
  readonly #rules: LimitRules;
  readonly #optionsOf: (jobId: number) => JobOptions | undefined;
  readonly #queues = new Map<string, Meter>();
  readonly #keys = new Map<string, Meter>();
  readonly #bornMs: number;
  /** False where there is no limit at all: then nobody need ask. */
  readonly any: boolean;

  constructor(
    rules: LimitRules,
    optionsOf: (jobId: number) => JobOptions | undefined,
    nowMs: number,
  ) {
    this.#rules = rules;
    this.#optionsOf = optionsOf;
    this.#bornMs = nowMs;
    this.any =
      rules.queues !== undefined || rules.keys !== undefined || rules.eachKey !== undefined;
    for (const [name, limit] of Object.entries(rules.queues ?? {}))
      this.#queues.set(name, new Meter(limit, nowMs));
  }

  /** Whether one more job of the queue may start now. */
  queueHasRoom(queue: string, nowMs: number): boolean {
    return this.#queues.get(queue)?.hasRoom(nowMs) ?? true;
  }

  /** True where the job's key has no room: the job is kept until it has. */
  parkIfFull(jobId: number, nowMs: number): boolean {
    const meter = this.#keyMeter(jobId);
    if (meter === undefined || meter.hasRoom(nowMs)) return false;
    meter.parked.add(jobId);
    return true;
  }

  /** A job of the queue was claimed. */
  started(queue: string, jobId: number): void {
    this.#queues.get(queue)?.start();
    this.#keyMeter(jobId)?.start();
  }

  /** A claim ended; returns the jobs that the job's key held back. */
  ended(queue: string, jobId: number): readonly number[] {
    this.#queues.get(queue)?.end();
    const meter = this.#keyMeter(jobId);
    if (meter === undefined) return [];
    meter.end();
    const freed = takeAll(meter.parked);
    if (freed.length === 0 && meter.isForgettable) this.#keys.delete(this.#keyOf(jobId) as string);
    return freed;
  }

  /** The jobs whose keys have a token again. */
  refilled(nowMs: number): readonly number[] {
    const jobIds: number[] = [];
    for (const meter of this.#keys.values())
      if (meter.parked.size > 0 && meter.hasRoom(nowMs)) jobIds.push(...takeAll(meter.parked));
    return jobIds;
  }

  /** When a limit that held something back has a token again; `Infinity` for never. */
  nextTokenAtMs(nowMs: number): number {
    if (!this.any) return Number.POSITIVE_INFINITY;
    let first = Number.POSITIVE_INFINITY;
    for (const meter of this.#queues.values()) first = Math.min(first, meter.nextTokenAtMs(nowMs));
    for (const meter of this.#keys.values())
      if (meter.parked.size > 0) first = Math.min(first, meter.nextTokenAtMs(nowMs));
    return first;
  }

  #keyOf(jobId: number): string | undefined {
    return this.#optionsOf(jobId)?.limitKey;
  }

  #keyMeter(jobId: number): Meter | undefined {
    const key = this.#keyOf(jobId);
    if (key === undefined) return undefined;
    let meter = this.#keys.get(key);
    const limit = this.#rules.keys?.[key] ?? this.#rules.eachKey;
    if (meter === undefined && limit !== undefined) {
      meter = new Meter(limit, this.#bornMs);
      this.#keys.set(key, meter);
    }
    return meter;
  }
}

function takeAll(parked: Set<number>): number[] {
  const jobIds = [...parked];
  parked.clear();
  return jobIds;
}
