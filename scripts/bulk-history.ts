/**
 * A large valid history, to measure checks by: runs of layered jobs and jobs without a run, eight workers that claim in
 * batches, failures that are tried again, cancels, reads, and near the end a kill.
 */
import { CAUSE } from "../dist/model/job.js";
import { KIND, SEEN } from "../dist/races/history/event.js";
import { Facts } from "../dist/races/history/facts.js";
import type { JobLog } from "../dist/races/history/job-log.js";
import { Recorder } from "../dist/races/history/recorder.js";
import { queuesText } from "../dist/races/history/served-queues.js";
import { SeededRandom } from "../dist/races/schedule/seeded-random.js";
import { BulkQueue, type Held, resultOf } from "./bulk-queue.ts";

const WORKERS = 8;
const BATCH = 10;
const RUN_JOBS = 10;
const JOBS_PER_LAYER = 3;
const JOBS_AHEAD = 400;
const RUN_CHANCE = 0.6;
const FAIL_CHANCE = 0.02;
const CANCEL_CHANCE = 0.05;
const READ_CHANCE = 0.02;
const PRIORITIES = [20, 50, 80];
const NS_PER_EVENT = 1_000;
const LEASE_MS = 60_000;
/** A kill falls after this share of the events. */
const CRASH_AT = 0.9;
/** Claim, start, end, the two rows of a settle, and the last read. */
const EVENTS_PER_JOB = 6;
/** A drain adds what was under way. */
const MARGIN = 1.05;
const QUEUES = queuesText(["default"]);

/** What `checkHistory` takes. */
export interface BulkHistory {
  readonly history: Recorder["history"];
  readonly facts: Facts;
  readonly log: JobLog;
}

/** A history of about so many events; the same for the same number and seed. */
export function bulkHistory(events: number, seed = 1): BulkHistory {
  return new Simulation(events, seed).run();
}

class Simulation {
  readonly #events: number;
  readonly #random: SeededRandom;
  readonly #recorder: Recorder;
  readonly #facts: Facts;
  readonly #queue: BulkQueue;
  /** Members by run; there is no run 0. */
  readonly #runs: number[] = [0];
  #held: Held[][] = Array.from({ length: WORKERS }, () => []);
  #procs: number[];
  #ns = 0;

  constructor(events: number, seed: number) {
    this.#events = events;
    this.#random = new SeededRandom(seed, "bulk history");
    const nowMs = (): number => Math.floor(this.#ns / 1e6);
    const timeNs = (): number => {
      this.#ns += NS_PER_EVENT;
      return this.#ns;
    };
    this.#recorder = new Recorder({
      timeNs,
      engineMs: nowMs,
      capacity: Math.ceil(MARGIN * events),
    });
    this.#facts = new Facts(this.#recorder.history, { leaseMs: LEASE_MS, pollMs: 100 });
    this.#queue = new BulkQueue(this.#recorder.history, nowMs);
    this.#procs = this.#held.map(() => this.#recorder.newProc());
  }

  run(): BulkHistory {
    const { history } = this.#recorder;
    const client = this.#recorder.newProc();
    let crashed = false;
    for (let busy = true; busy; ) {
      const asks = history.length + this.#eventsToCome() < this.#events;
      if (asks && this.#queue.readyCount < JOBS_AHEAD) this.#submit(client);
      if (this.#random.chance(CANCEL_CHANCE)) this.#cancel(client);
      if (this.#random.chance(READ_CHANCE)) this.#readSome(client);
      if (!crashed && history.length > CRASH_AT * this.#events) {
        crashed = true;
        this.#crash();
      }
      busy = this.#work() || asks;
    }
    this.#readAtRest();
    return { history, facts: this.#facts, log: this.#queue.log };
  }

  /** Of the jobs that are there. */
  #eventsToCome(): number {
    const { lastId, ended } = this.#queue;
    return (lastId - ended) * EVENTS_PER_JOB + lastId + this.#facts.children.length;
  }

  #submit(client: number): void {
    const run = this.#random.chance(RUN_CHANCE) ? this.#runs.push(RUN_JOBS) - 1 : 0;
    const kind = run > 0 ? KIND.submit : KIND.enqueue;
    const op = this.#recorder.invoke(client, kind, { value: RUN_JOBS });
    const priority = this.#random.pick(PRIORITIES);
    const first = this.#queue.lastId + 1;
    for (let n = 0; n < RUN_JOBS; n++) {
      const layerStart = n - (n % JOBS_PER_LAYER);
      const parents = run > 0 && layerStart > 0 ? this.#parents(first + layerStart) : [];
      const id = this.#queue.add(priority, parents);
      this.#facts.addJob({ id, run, op, priority });
      for (const parent of parents) this.#facts.addEdge(id, parent);
    }
    this.#recorder.ok(
      op,
      Array.from({ length: RUN_JOBS }, (_, n) => ({ job: first + n })),
    );
  }

  /** One of the layer before, or all. */
  #parents(layerStart: number): number[] {
    const layer = Array.from({ length: JOBS_PER_LAYER }, (_, n) => layerStart - 1 - n);
    return this.#random.chance(0.5) ? layer.slice(0, 1) : layer;
  }

  /** Every worker ends what it holds, and takes more; false where nothing was to be done. */
  #work(): boolean {
    let busy = false;
    for (let worker = 0; worker < WORKERS; worker++) {
      const held = this.#held[worker] as Held[];
      for (const one of held) this.#finish(worker, one);
      const taken = this.#claim(worker);
      this.#held[worker] = taken;
      busy ||= taken.length > 0 || held.length > 0;
    }
    return busy;
  }

  #claim(worker: number): Held[] {
    const proc = this.#procs[worker] as number;
    const op = this.#recorder.invoke(proc, KIND.claim, { value: LEASE_MS, payload: QUEUES });
    const taken = this.#queue.claim(BATCH, worker + 1);
    this.#recorder.ok(op, taken);
    return taken;
  }

  #finish(worker: number, held: Held): void {
    const proc = this.#procs[worker] as number;
    const { job, attempt } = held;
    const fails = attempt === 1 && this.#random.chance(FAIL_CHANCE);
    const payload = fails ? null : resultOf(job);
    this.#recorder.note(proc, KIND.execStart, { job, attempt });
    const state = fails ? SEEN.failed : SEEN.done;
    this.#recorder.note(proc, KIND.execEnd, { job, attempt, state, payload });
    const kind = fails ? KIND.failAttempt : KIND.ack;
    const op = this.#recorder.invoke(proc, kind, { job, attempt, payload });
    if (fails) this.#queue.retry(held, CAUSE.handlerError);
    else this.#queue.end(held);
    this.#recorder.ok(op);
  }

  /** The newest job, where it is of no run. */
  #cancel(client: number): void {
    const job = this.#queue.lastId;
    if (job === 0 || this.#facts.run[this.#recorder.history.jobs.find(job)] !== 0) return;
    const op = this.#recorder.invoke(client, KIND.cancel, { job });
    if (this.#queue.cancel(job)) this.#recorder.ok(op);
    else this.#recorder.fail(op);
  }

  #readSome(client: number): void {
    const { lastId } = this.#queue;
    if (lastId === 0) return;
    const op = this.#recorder.invoke(client, KIND.read);
    const ids = new Set(Array.from({ length: BATCH }, () => 1 + this.#random.below(lastId)));
    this.#recorder.ok(
      op,
      [...ids].map((id) => this.#queue.row(id)),
    );
  }

  #crash(): void {
    const nemesis = this.#recorder.newProc();
    this.#recorder.note(nemesis, KIND.crash);
    for (const one of this.#held.flat()) this.#queue.retry(one, CAUSE.crash);
    this.#held = this.#held.map(() => []);
    this.#procs = this.#held.map(() => this.#recorder.newProc());
    this.#recorder.ok(this.#recorder.invoke(this.#recorder.newProc(), KIND.open));
    this.#recorder.note(nemesis, KIND.restart);
  }

  #readAtRest(): void {
    const recorder = this.#recorder;
    const auditor = recorder.newProc();
    const all = recorder.invoke(auditor, KIND.readAll);
    for (let id = 1; id <= this.#queue.lastId; id++) recorder.ok(all, this.#queue.row(id));
    const edges = recorder.invoke(auditor, KIND.readEdges);
    const { children, parents } = this.#facts;
    const { history } = recorder;
    for (let edge = 0; edge < children.length; edge++) {
      const [job, other] = [history.jobId(children.at(edge)), history.jobId(parents.at(edge))];
      recorder.ok(edges, { job, other });
    }
    for (let value = 1; value < this.#runs.length; value++) {
      const op = recorder.invoke(auditor, KIND.readRun, { value });
      const done = { value, state: SEEN.done };
      recorder.ok(op, [done, { ...done, attempt: this.#runs[value] as number }]);
      recorder.ok(recorder.invoke(auditor, KIND.readRunParent, { value }), { value });
    }
  }
}
