/**
 * Runs a case to its end: opens, lets everybody work under a picker, lets the faults happen, then heals: the
 * queue must drain, and what it holds is read. Without the drain, what is stuck would not show.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Queue } from "../../engine/index.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Gate, GatePoint } from "../../store/duckdb/gate.ts";
import { WANTED_QUERY } from "../../store/duckdb/inspection.ts";
import { queuesOf } from "../cases/queues-of.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { KIND } from "../history/event.ts";
import type { Facts } from "../history/facts.ts";
import type { History } from "../history/history.ts";
import type { JobLog } from "../history/job-log.ts";
import {
  type ReadRows,
  readJobLog,
  recordAllJobs,
  recordFinalState,
} from "../history/read-final-state.ts";
import { inOrder } from "../schedule/pickers.ts";
import type { Picker, Taken } from "../schedule/step.ts";
import { runClient } from "./client.ts";
import { closeDead } from "./close-dead.ts";
import { handlerOf } from "./handler.ts";
import { InjectedFault } from "./injected-fault.ts";
import { LaneFaults } from "./lane-faults.ts";
import { World } from "./world.ts";

/** What happened. */
export interface RaceRun {
  readonly history: History;
  readonly facts: Facts;
  /** Null where the queue could not be opened or read any more. */
  readonly log: JobLog | null;
  readonly taken: readonly Taken[];
  /** Steps before the heal: those that the picker chose. */
  readonly chosen: number;
  readonly traceHash: number;
  /** Times that the lane passed each point, for those who enumerate them. */
  readonly passed: Readonly<Partial<Record<GatePoint, number>>>;
  /** Refused calls of clients, by the code of the error. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Errors that nobody should see, and ends that never came. */
  readonly troubles: readonly string[];
}

/** Steps of a case; far more than any needs. */
const MOST_STEPS = 4_000;

/** Virtual leases that the picker still schedules when all calls are made. */
const AFTER_LEASES = 3;

/** Virtual leases that a heal may take. */
const HEAL_LEASES = 60;

/** See the file's head. */
export async function runCase(raceCase: RaceCase, picker: Picker, seed: string): Promise<RaceRun> {
  const folder = raceCase.store === "file" ? mkdtempSync(join(tmpdir(), "bench-races-")) : null;
  try {
    return await new CaseRun(raceCase, picker, seed, folder).run();
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

class CaseRun {
  readonly #world: World;
  readonly #folder: string | null;
  readonly #faults: LaneFaults;
  #incarnation = 0;

  constructor(raceCase: RaceCase, picker: Picker, seed: string, folder: string | null) {
    this.#world = new World(raceCase, picker, seed);
    this.#folder = folder;
    this.#faults = new LaneFaults(raceCase.faults, this.#path("after-crash"));
  }

  async run(): Promise<RaceRun> {
    const world = this.#world;
    let queue: Queue | null = await this.#open(this.#path("queue"));
    await this.#work(queue);
    const chosen = world.scheduler.taken.length;
    world.scheduler.usePicker(inOrder);
    this.#faults.end();
    let log: JobLog | null = null;
    try {
      const { crashedTo } = this.#faults;
      if (crashedTo !== null) {
        const dead: Queue = queue;
        // Nothing is left to close where it does not open again.
        queue = null;
        queue = await this.#restart(dead, crashedTo);
      }
      await this.#heal(queue);
      log = await this.#readAll(queue);
    } catch (error) {
      world.trouble(`the heal failed: ${messageOf(error)}`);
    }
    if (queue !== null) await this.#close(queue);
    const { recorder, facts, scheduler, refusals, troubles } = world;
    return {
      history: recorder.history,
      facts,
      log,
      taken: scheduler.taken,
      chosen,
      traceHash: scheduler.traceHash,
      passed: this.#faults.passed,
      refusals,
      troubles,
    };
  }

  #path(name: string): string {
    return this.#folder === null ? ":memory:" : join(this.#folder, `${name}.db`);
  }

  async #open(path: string): Promise<Queue> {
    const incarnation = ++this.#incarnation;
    const gate: Gate = async (point) => {
      // The process died: whatever of it still moves gets nowhere.
      if (incarnation !== this.#incarnation) throw new InjectedFault("the process died");
      await this.#world.scheduler.step({ owner: "lane", label: point, job: 0 });
      await this.#faults.pass(point, path);
    };
    const handler = handlerOf(this.#world);
    const proc = this.#world.procOfOwner("main");
    const { recorder } = this.#world;
    const op = recorder.invoke(proc, KIND.open);
    try {
      const queue = await this.#awaited(this.#world.open({ path }, gate, handler), "open");
      recorder.ok(op);
      return queue;
    } catch (error) {
      recorder.fail(op);
      throw error;
    }
  }

  /** Everybody works until all clients are through, or the process dies. */
  async #work(queue: Queue): Promise<void> {
    const { scheduler, raceCase } = this.#world;
    raceCase.workers.forEach(({ waits = false }, index) => {
      if (!waits) this.#world.startWorker(queue, index);
    });
    let busy = raceCase.clients.length;
    for (const client of raceCase.clients)
      void runClient(this.#world, queue, client).finally(() => busy--);
    const crashed = (): boolean => this.#faults.crashedTo !== null;
    await scheduler.run(() => busy === 0 || crashed(), MOST_STEPS);
    // Whoever is not through by now waits for something that the heal must bring. What was asked for goes on.
    const endMs = scheduler.nowMs + AFTER_LEASES * queue.config.leaseMs;
    const over = (): boolean => crashed() || scheduler.nowMs > endMs || this.#isDrained(queue);
    await scheduler.run(over, MOST_STEPS);
  }

  /** A close that fails tells of the queue, and not of the harness. */
  async #close(queue: Queue): Promise<void> {
    try {
      await this.#awaited(queue.close(), "close");
    } catch (error) {
      this.#world.trouble(`close: ${messageOf(error)}`);
    }
  }

  /** Opens what the kill left behind. */
  async #restart(dead: Queue, path: string): Promise<Queue> {
    const world = this.#world;
    const nemesis = world.procOfOwner("nemesis");
    world.recorder.note(nemesis, KIND.crash);
    this.#incarnation++;
    await world.unseen(async () => {
      this.#faults.bury();
      await closeDead(dead);
    });
    const queue = await this.#open(path);
    world.recorder.note(nemesis, KIND.restart);
    // Before anybody works on: what is run once more would hide what was lost.
    const read: ReadRows = (text) => queue.sql(text);
    const shown = recordAllJobs(world.recorder, world.procOfOwner("auditor"), read);
    await this.#awaited(shown, "the first read");
    return queue;
  }

  /** Nothing holds anything back any more: all that can run must come to an end. */
  async #heal(queue: Queue): Promise<void> {
    const world = this.#world;
    const { scheduler, raceCase } = world;
    const lanes = queuesOf(raceCase);
    for (const lane of lanes) {
      const resume = (): Promise<void> => queue.resume(lane);
      // A commit that an earlier fault breaks takes what waits behind it along: then once more.
      await this.#awaited(resume().catch(resume), "resume");
    }
    raceCase.workers.forEach((_, index) => {
      world.startWorker(queue, index);
    });
    // Where the case has workers for all, another would hide one that has stopped working.
    const served = new Set(raceCase.workers.flatMap(({ queues = ["default"] }) => queues));
    if (lanes.some((lane) => !served.has(lane)))
      world.startExtra(queue, -1, { concurrency: 4, claimBatch: 4, queues: lanes });
    const endMs = scheduler.nowMs + HEAL_LEASES * queue.config.leaseMs;
    const over = (): boolean => scheduler.nowMs > endMs || this.#isDrained(queue);
    const end = await scheduler.run(over, MOST_STEPS);
    if (end !== "until") world.trouble(`the drain ended by ${end}`);
    for (const index of world.running) {
      const stopped = world.stopWorker(index, queue.config.drainMs);
      // What a worker could not settle is no reason not to look at what is stored.
      const told = stopped.catch((error: unknown) => world.trouble(`stop: ${messageOf(error)}`));
      await this.#awaited(told, "stop");
    }
  }

  #isDrained(queue: Queue): boolean {
    const { ready, delayed, claimed } = queue.stats();
    return this.#world.scheduler.rests && ready + delayed + claimed === 0;
  }

  async #readAll(queue: Queue): Promise<JobLog> {
    const world = this.#world;
    const read: ReadRows = (text) => queue.sql(text);
    const work = async (): Promise<JobLog> => {
      world.wanted.learn(await read(WANTED_QUERY));
      const auditor = world.procOfOwner("auditor");
      await recordFinalState(world.recorder, auditor, read, (runId) => queue.run(runId));
      return readJobLog(world.recorder.history, read);
    };
    return this.#awaited(work(), "the last read");
  }

  /** Lets the schedule go on until a promise is settled. @throws Error where it never is */
  async #awaited<T>(promise: Promise<T>, what: string): Promise<T> {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    promise.then(end, end);
    await this.#world.scheduler.run(() => settled, MOST_STEPS);
    if (!settled) throw new Error(`${what} never came to an end`);
    return promise;
  }
}
