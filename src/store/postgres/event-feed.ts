/**
 * Events for watchers: each change is told once among all processes, by the one that made it, after its commit.
 * Without watchers it costs one look at a flag.
 */
import type { Client } from "pg";
import { CAUSE_NAMES, STATE, STATE_NAMES } from "../../model/job.ts";
import type { JobEvent, JobEventName, Watcher } from "../events.ts";
import type { RunStatus } from "../records.ts";
import { TOLD, TOLD_CODE } from "./functions/tell.ts";

/** A notice as our triggers write it; see functions/tell.ts. */
type Told = readonly [
  type: number,
  jobId: number,
  runId: number,
  queue: string,
  task: string,
  attempt: number,
  workerId: number,
  atMs: number,
  cause: number,
  by: number,
  tookMs: number | null,
  dueMs: number | null,
  payload: string | null,
];

/** See the file's head. */
export class EventFeed {
  readonly #watchers = new Set<Watcher>();
  /** What each connection tells in the operation that it runs; those that were asked to tell are in it. */
  readonly #telling = new Map<Client, Told[]>();
  /** What operations tell that are not answered yet, and when that is delivered. */
  readonly #underWay = new Map<Told[], Promise<void>>();

  /** Whether anybody watches. */
  get active(): boolean {
    return this.#watchers.size > 0;
  }

  /** Registers a watcher; returns its removal. */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Runs one operation, and tells what it changed when it is committed. Two connections are answered in any order: what
   * this one saw may be the change of another whose answer is still on its way, so that one is told first.
   */
  async around<T>(client: Client, send: () => Promise<T>): Promise<T> {
    if (this.active !== this.#telling.has(client)) await this.#ask(client, this.active);
    const told = this.#telling.get(client);
    if (told === undefined) return send();
    told.length = 0;
    let delivered = (): void => undefined;
    const delivery = new Promise<void>((resolve) => {
      delivered = resolve;
    });
    this.#underWay.set(told, delivery);
    let events: readonly JobEvent[] = [];
    try {
      const result = await send();
      events = eventsOf(told.splice(0));
      return result;
    } finally {
      this.#underWay.delete(told);
      this.#deliver(events, delivered);
    }
  }

  #deliver(events: readonly JobEvent[], delivered: () => void): void {
    const before = [...this.#underWay].filter(([{ length }]) => length > 0);
    const tell = (): void => {
      if (events.length > 0) for (const watcher of this.#watchers) watcher.jobs(events);
      delivered();
    };
    if (events.length === 0 || before.length === 0) tell();
    else void Promise.all(before.map(([, delivery]) => delivery)).then(tell);
  }

  /** Runs have ended. */
  runsEnded(statuses: readonly RunStatus[]): void {
    for (const status of statuses)
      if (status.status !== "running") for (const watcher of this.#watchers) watcher.run(status);
  }

  async #ask(client: Client, isOn: boolean): Promise<void> {
    await client.query(
      `SET client_min_messages = notice; SET quackmark.watch = '${isOn ? "on" : "off"}'`,
    );
    if (!isOn) {
      this.#telling.delete(client);
      client.removeAllListeners("notice");
      return;
    }
    const told: Told[] = [];
    this.#telling.set(client, told);
    client.on("notice", ({ code, message }) => {
      if (code === TOLD_CODE && message !== undefined) told.push(JSON.parse(message) as Told);
    });
    client.once("end", () => this.#telling.delete(client));
  }
}

/** A job that was ready for a moment inside of the transaction never was. */
function eventsOf(told: readonly Told[]): JobEvent[] {
  const events: JobEvent[] = [];
  for (const one of told) {
    if (one[0] !== TOLD.unready) {
      events.push(eventOf(one));
      continue;
    }
    const at = events.findLastIndex(({ type, jobId }) => type === "ready" && jobId === one[1]);
    if (at >= 0) events.splice(at, 1);
  }
  return events;
}

function eventOf([
  type,
  jobId,
  runId,
  queue,
  task,
  attempt,
  workerId,
  atMs,
  cause,
  by,
  tookMs,
  dueMs,
  payload,
]: Told): JobEvent {
  return {
    type: (type === TOLD.enqueued ? "enqueued" : STATE_NAMES[type]) as JobEventName,
    jobId,
    runId,
    queue,
    task,
    attempt,
    workerId,
    atMs,
    cause: CAUSE_NAMES[cause] ?? "none",
    by,
    tookMs: tookMs === null ? null : Math.max(0, tookMs),
    dueMs: type === STATE.delayed ? dueMs : null,
    payload,
  };
}
