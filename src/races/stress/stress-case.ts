/**
 * Runs a case in real time: the queues of its place share its workers and clients, and something breaks on the way;
 * then a heal and the last read, as in the scheduled form.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Handler, Queue } from "../../engine/index.ts";
import { messageOf } from "../../lib/errors.ts";
import { queuesOf } from "../cases/queues-of.ts";
import type { RaceCase } from "../cases/race-case.ts";
import type { JobLog } from "../history/job-log.ts";
import { type ReadRows, readJobLog, recordFinalState } from "../history/read-final-state.ts";
import { inOrder } from "../schedule/pickers.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import { runClient } from "../world/client.ts";
import { handlerOf } from "../world/handler.ts";
import { World } from "../world/world.ts";
import { RealTime } from "./real-time.ts";
import type { StressPlace } from "./stress-place.ts";

/** In so many of 100 cases something is hurt, one after so many milliseconds at most. */
const HURT_PCT = 50;
const HURT_EVERY_MS = 60;
const MANY = 1_000;

/** What is not through by then hangs. */
const LIMIT_MS = 60_000;

/** What lives on after so long a heal is stuck, which the last read shows. */
const HEAL_MS = 8_000;

/** See the file's head. */
export class StressCase {
  readonly world: World;
  /** Connections that were cut, or whatever else the place hurts. */
  cuts = 0;
  /** Null where the place shows none, or the case did not come so far. */
  log: JobLog | null = null;
  readonly #time: RealTime;
  readonly #place: StressPlace;
  readonly #random: SeededRandom;

  constructor(raceCase: RaceCase, seed: number, place: StressPlace) {
    this.#place = place;
    this.#random = new SeededRandom(seed, "stress");
    const victim = new SeededRandom(seed, "victim").next();
    this.#time = new RealTime(this.#random, place.waits(raceCase, victim));
    this.world = new World(raceCase, inOrder, raceCase.scenario, this.#time);
  }

  /** Resolves when all is read; what went wrong is in the world's troubles and history. */
  async run(): Promise<void> {
    const { world } = this;
    const queues: Queue[] = [];
    try {
      await this.#place.clear();
      for (let i = 0; i < this.#place.queues; i++) queues.push(await this.#open());
      await this.#work(queues);
      this.#time.calm();
      await within(this.#heal(queues), "the heal");
    } catch (error) {
      world.trouble(messageOf(error));
    }
    this.#time.calm();
    const closing = Promise.all(queues.map((queue) => queue.close()));
    await within(closing, "close").catch((error: unknown) => world.trouble(messageOf(error)));
    await this.#place.clear();
  }

  #open(): Promise<Queue> {
    const handler = handlerOf(this.world);
    const named: Handler = (args, context) =>
      this.#time.as(`job ${context.jobId}`, () => handler(args, context));
    const gate = this.#place.gate((label) => this.#time.step({ owner: "lane", label, job: 0 }));
    return this.world.open(this.#place.address, gate, named);
  }

  async #work(queues: readonly Queue[]): Promise<void> {
    const { raceCase } = this.world;
    const of = (index: number): Queue => queues[index % queues.length] as Queue;
    raceCase.workers.forEach(({ waits = false }, index) => {
      if (!waits) this.world.startWorker(of(index), index);
    });
    const clients = raceCase.clients.map((client, index) =>
      this.#time.as(client.name, () => runClient(this.world, of(index + 1), client)),
    );
    const over = new AbortController();
    const hurting = this.#hurtUntil(over.signal);
    try {
      await within(Promise.all(clients), "the clients");
    } finally {
      over.abort();
      await hurting;
    }
  }

  async #hurtUntil(over: AbortSignal): Promise<void> {
    if (this.#random.next() * 100 >= HURT_PCT) return;
    while (!over.aborted) {
      await sleep(this.#random.next() * HURT_EVERY_MS);
      if (await this.#place.hurt(Math.floor(this.#random.next() * MANY))) this.cuts++;
    }
  }

  async #heal(queues: readonly Queue[]): Promise<void> {
    const { world } = this;
    const [queue] = queues as [Queue];
    const lanes = queuesOf(world.raceCase);
    for (const lane of lanes) await queue.resume(lane);
    world.startExtra(queue, -1, { concurrency: 4, claimBatch: 4, queues: lanes });
    const endMs = performance.now() + HEAL_MS;
    while (!(await this.#place.isDrained(queue)) && performance.now() < endMs)
      await sleep(queue.config.pollIntervalMs);
    for (const index of world.running) await world.stopWorker(index, queue.config.drainMs);
    await this.#readAll(queue);
    const { equal, memory, log } = await queue.selfCheck();
    if (!equal) world.trouble(`tables differ: ${memory.join("; ")} / ${log.join("; ")}`);
  }

  async #readAll(queue: Queue): Promise<void> {
    const { world } = this;
    const { wantedQuery, state, hasLog } = this.#place;
    const read: ReadRows = (text) => queue.sql(text);
    world.wanted.learn(await read(wantedQuery));
    const auditor = world.procOfOwner("auditor");
    await recordFinalState(world.recorder, auditor, read, (id) => queue.run(id), state);
    if (hasLog) this.log = await readJobLog(world.recorder.history, read);
  }
}

/** @throws Error where it takes longer than anything should */
async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const over = new AbortController();
  const late = async (): Promise<never> => {
    await sleep(LIMIT_MS, null, { signal: over.signal });
    throw new Error(`${what} never came to an end`);
  };
  try {
    return await Promise.race([promise, late()]);
  } finally {
    over.abort();
  }
}
