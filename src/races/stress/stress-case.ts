/**
 * Runs a case on PostgreSQL in real time: several queues, each with connections of its own, share its workers and
 * clients; connections are cut on the way; then a heal and the last read, as in the scheduled form.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Handler, Queue } from "../../engine/index.ts";
import { messageOf } from "../../lib/errors.ts";
import { type ConnectionCutter, openCutter } from "../../store/postgres/cut-connections.ts";
import { INSPECTION, LIVE_QUERY, WANTED_QUERY } from "../../store/postgres/inspection.ts";
import type { RaceCase } from "../cases/race-case.ts";
import { recordFinalState } from "../history/read-final-state.ts";
import { inOrder } from "../schedule/pickers.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import { runClient } from "../world/client.ts";
import { handlerOf } from "../world/handler.ts";
import { queuesOf } from "../world/run-case.ts";
import { World } from "../world/world.ts";
import { RealTime } from "./real-time.ts";

/** Queues of a case: each is what a process has, with a lane, readers and a listener. */
const QUEUES = 3;

/** In so many of 100 cases connections are cut, one after so many milliseconds at most. */
const CUT_PCT = 50;
const CUT_EVERY_MS = 60;
const MANY = 1_000;

/** What is not through by then hangs. */
const LIMIT_MS = 20_000;
/** What lives on after so long a heal is stuck, which the last read shows. */
const HEAL_MS = 8_000;

/** See the file's head. */
export class StressCase {
  readonly world: World;
  /** Connections that were cut. */
  cuts = 0;
  readonly #time: RealTime;
  readonly #url: string;
  readonly #random: SeededRandom;

  constructor(raceCase: RaceCase, seed: number, url: string) {
    this.#url = url;
    this.#random = new SeededRandom(seed, "stress");
    this.#time = new RealTime(this.#random);
    this.world = new World(raceCase, inOrder, raceCase.scenario, this.#time);
  }

  /** Resolves when all is read; what went wrong is in the world's troubles and history. */
  async run(): Promise<void> {
    const { world } = this;
    const cutter = await openCutter(this.#url);
    const queues: Queue[] = [];
    try {
      await cutter.dropSchema();
      for (let i = 0; i < QUEUES; i++) queues.push(await this.#open());
      await this.#work(queues, cutter);
      await within(this.#heal(queues), "the heal");
    } catch (error) {
      world.trouble(messageOf(error));
    }
    const closing = Promise.all(queues.map((queue) => queue.close()));
    await within(closing, "close").catch((error: unknown) => world.trouble(messageOf(error)));
    await cutter.dropSchema();
    await cutter.close();
  }

  #open(): Promise<Queue> {
    const handler = handlerOf(this.world);
    const named: Handler = (args, context) =>
      this.#time.as(`job ${context.jobId}`, () => handler(args, context));
    return this.world.open({ url: this.#url }, undefined, named);
  }

  async #work(queues: readonly Queue[], cutter: ConnectionCutter): Promise<void> {
    const { raceCase } = this.world;
    const of = (index: number): Queue => queues[index % QUEUES] as Queue;
    raceCase.workers.forEach(({ waits = false }, index) => {
      if (!waits) this.world.startWorker(of(index), index);
    });
    const clients = raceCase.clients.map((client, index) =>
      this.#time.as(client.name, () => runClient(this.world, of(index + 1), client)),
    );
    const over = new AbortController();
    const cutting = this.#cutUntil(over.signal, cutter);
    try {
      await within(Promise.all(clients), "the clients");
    } finally {
      over.abort();
      await cutting;
    }
  }

  async #cutUntil(over: AbortSignal, cutter: ConnectionCutter): Promise<void> {
    if (this.#random.next() * 100 >= CUT_PCT) return;
    while (!over.aborted) {
      await sleep(this.#random.next() * CUT_EVERY_MS);
      if (await cutter.cut(Math.floor(this.#random.next() * MANY))) this.cuts++;
    }
  }

  async #heal(queues: readonly Queue[]): Promise<void> {
    const { world } = this;
    const [queue] = queues as [Queue];
    const lanes = queuesOf(world.raceCase);
    for (const lane of lanes) await queue.resume(lane);
    world.startExtra(queue, -1, { concurrency: 4, claimBatch: 4, queues: lanes });
    const startMs = performance.now();
    for (let live = 1; live > 0 && performance.now() - startMs < HEAL_MS; ) {
      const [row] = await queue.sql(LIVE_QUERY);
      live = Number(row?.["live"]);
      if (live > 0) await sleep(queue.config.pollIntervalMs);
    }
    for (const index of world.running) await world.stopWorker(index, queue.config.drainMs);
    const stored = await queue.sql(WANTED_QUERY);
    world.wanted.learn(
      stored.map(({ id, run_id, args }) => ({
        id: Number(id),
        runId: Number(run_id),
        args: String(args),
      })),
    );
    const auditor = world.procOfOwner("auditor");
    const read = (text: string) => queue.sql(text);
    await recordFinalState(world.recorder, auditor, read, (id) => queue.run(id), INSPECTION);
    const { equal, memory, log } = await queue.selfCheck();
    if (!equal) world.trouble(`tables differ: ${memory.join("; ")} / ${log.join("; ")}`);
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
