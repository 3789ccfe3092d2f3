/** One run of a case: a real queue on a virtual clock, with everybody who uses it and the record of it all. */
import { type Handler, Queue, type QueueOptions, type Worker } from "../../engine/index.ts";
import type { Gate } from "../../store/duckdb/gate.ts";
import type { Claim, Token } from "../../store/store.ts";
import type { RaceCase, WorkerSpec } from "../cases/race-case.ts";
import { KIND } from "../history/event.ts";
import { Facts } from "../history/facts.ts";
import { Recorder } from "../history/recorder.ts";
import { Scheduler } from "../schedule/scheduler.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import type { Picker } from "../schedule/step.ts";
import { TASK } from "./inputs.ts";
import { promisesOf } from "./promises.ts";
import { type Recording, recordingStore } from "./recording-store.ts";
import { WantedJobs } from "./wanted-jobs.ts";

interface RunningWorker {
  readonly worker: Worker;
  readonly proc: number;
}

/** See the file's head. */
export class World {
  readonly raceCase: RaceCase;
  readonly scheduler: Scheduler;
  readonly facts: Facts;
  /** Ids of runs by their names in the case. */
  readonly runs: Map<string, number> = new Map();
  /** What went wrong that is no answer: errors that no caller should see. */
  readonly troubles: string[] = [];
  /** How often a call of a client was refused, by the code of the error. */
  readonly refusals: Map<string, number> = new Map();
  #recorder: Recorder;
  #wanted: WantedJobs;
  #isUnseen = false;
  readonly #running = new Map<number, RunningWorker>();
  readonly #procs = new Map<string, number>();
  readonly #workerProcs = new Map<number, number>();
  readonly #holders = new Map<string, number>();

  /** Where things run in parallel a scheduler of real time is given. */
  constructor(
    raceCase: RaceCase,
    picker: Picker,
    seed: string,
    scheduler: Scheduler = new Scheduler(picker),
  ) {
    let events = 0;
    this.raceCase = raceCase;
    this.scheduler = scheduler;
    this.#recorder = new Recorder({
      // One thing happens at a time, so its place is its time.
      timeNs: () => ++events,
      engineMs: () => scheduler.nowMs,
      step: () => scheduler.taken.length,
      seed,
    });
    scheduler.onStall = (value) =>
      this.#recorder.note(this.procOfOwner("nemesis"), KIND.stall, { value });
    this.facts = new Facts(this.recorder.history, promisesOf(raceCase));
    this.#wanted = new WantedJobs(this.facts);
  }

  /** What is written down. */
  get recorder(): Recorder {
    return this.#recorder;
  }

  /** Ids by the names of the case. */
  get wanted(): WantedJobs {
    return this.#wanted;
  }

  /** Does what a dead process cannot do, such as closing its files: nothing of it is written down. */
  async unseen(work: () => Promise<unknown>): Promise<void> {
    const [recorder, wanted] = [this.#recorder, this.#wanted];
    const nowhere = new Recorder({ timeNs: () => 0, engineMs: () => 0 });
    this.#recorder = nowhere;
    this.#wanted = new WantedJobs(new Facts(nowhere.history, promisesOf(this.raceCase)));
    this.#running.clear();
    this.#isUnseen = true;
    this.scheduler.abandon();
    await work();
    await this.scheduler.settle();
    this.scheduler.resume();
    this.#isUnseen = false;
    [this.#recorder, this.#wanted] = [recorder, wanted];
  }

  /** Opens the queue under the scheduler. */
  async open(
    place: Pick<QueueOptions, "path" | "url">,
    gate: Gate | undefined,
    handler: Handler,
  ): Promise<Queue> {
    const { config, limits = {} } = this.raceCase;
    const random = new SeededRandom(1, "engine");
    const recording: Recording = {
      recorder: () => this.#recorder,
      wanted: () => this.#wanted,
      facts: this.facts,
      procOf: (workerId) => this.#workerProcs.get(workerId) ?? 0,
      caller: () => this.procOfOwner(this.scheduler.owner),
      holderOf: (token) => this.holderOf(token),
      claimed: (claim, proc) => this.#holders.set(tokenKey(claim), proc),
    };
    const queue = await Queue.open({
      ...place,
      ...(gate === undefined ? {} : { gate }),
      config,
      limits,
      clock: this.scheduler.clock,
      random: () => random.next(),
      intercept: (store) => recordingStore(store, recording),
    });
    queue.task(TASK, handler);
    return queue;
  }

  /** The number of a client or handler in the history. */
  procOfOwner(owner: string): number {
    let proc = this.#procs.get(owner);
    if (proc === undefined) {
      // Of its own count: what a dead process does is written down elsewhere, and must not take numbers twice.
      proc = this.#procs.size + 1;
      this.#procs.set(owner, proc);
      this.facts.history.procNames.set(proc, owner);
    }
    return proc;
  }

  /** Who holds a claim. */
  holderOf(token: Token): number {
    return this.#holders.get(tokenKey(token)) ?? 0;
  }

  /** Starts a worker of the case, as a new incarnation. */
  startWorker(queue: Queue, index: number): void {
    const spec = this.raceCase.workers[index];
    if (spec !== undefined && !this.#running.has(index)) this.startExtra(queue, index, spec);
  }

  /** Starts a worker under any number. */
  startExtra(queue: Queue, index: number, spec: WorkerSpec): void {
    const { concurrency, claimBatch, queues = ["default"], wake = "notify" } = spec;
    const worker = queue.worker({ concurrency, claimBatch, queues, wake });
    const name = index < 0 ? "healer" : `worker ${index}`;
    const proc = this.procOfOwner(`${name}#${worker.id}`);
    this.#workerProcs.set(worker.id, proc);
    this.#running.set(index, { worker, proc });
    worker.start();
  }

  /** Stops a worker; resolves when nothing of it is held any more. */
  async stopWorker(index: number, drainMs: number): Promise<void> {
    const running = this.#running.get(index);
    if (running === undefined) return;
    this.#running.delete(index);
    const { worker, proc } = running;
    const op = this.recorder.invoke(proc, KIND.shutdown);
    const stopped = worker.stop({ drainMs });
    this.recorder.note(proc, KIND.stopping);
    await stopped;
    this.recorder.ok(op);
  }

  /** Numbers of the workers that run. */
  get running(): readonly number[] {
    return [...this.#running.keys()];
  }

  /** The clock is set. */
  jump(byMs: number): void {
    const value = this.scheduler.nowMs;
    this.scheduler.jump(byMs);
    this.recorder.note(this.procOfOwner("nemesis"), KIND.clock, { value });
  }

  /** See {@link refusals}. */
  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  /** See {@link troubles}. */
  trouble(text: string): void {
    if (!this.#isUnseen) this.troubles.push(text);
  }
}

function tokenKey({ jobId, attempt }: Claim | Token): string {
  return `${jobId}/${attempt}`;
}
