/**
 * A valid history from a seed: clients and workers use a model queue at once, their calls overlap, leases run
 * out, workers stop, and in some stories the process is killed. Every check must be silent about it.
 */
import { KIND } from "../history/event.ts";
import { SeededRandom } from "../schedule/seeded-random.ts";
import type { Draft } from "./draft.ts";
import { DraftWriter, yes } from "./draft-writer.ts";
import { type Flavour, ModelClient } from "./model-client.ts";
import { LIMIT, ModelQueue } from "./model-queue.ts";
import { readAtRest } from "./model-reads.ts";
import { type Actor, LEASE_MS, ModelWorker, POLL_MS, type Stage } from "./model-worker.ts";
import { LANES, LIMIT_KEY } from "./random-specs.ts";

const CLIENTS = 2;
const WORKERS = 3;
const CALLS_PER_CLIENT = 12;

/** Steps of a story; a correct queue is at rest long before. */
const MOST_STEPS = 50_000;

/** No call of a story waits so long. */
const HANG_MS = 400;

/** @throws Error where the model queue does not come to rest, which is a fault of the generator */
export function validHistory(seed: number): Draft {
  return new StoryTeller(seed).tell();
}

class StoryTeller {
  readonly #random: SeededRandom;
  readonly #queue = new ModelQueue();
  readonly #writer: DraftWriter;
  readonly #stage: Stage;
  readonly #flavour: Flavour;
  #procs = 0;
  #txns = 0;
  #clients: ModelClient[] = [];
  #workers: ModelWorker[] = [];
  #stopping: ModelWorker[] = [];

  constructor(seed: number) {
    const random = new SeededRandom(seed, "valid history");
    this.#random = random;
    this.#flavour = {
      cancels: random.chance(0.3),
      redrives: random.chance(0.2),
      purges: random.chance(0.3),
      crashes: random.chance(0.35),
    };
    this.#writer = new DraftWriter(random, this.#queue, {
      leaseMs: LEASE_MS,
      pollMs: POLL_MS,
      lateAck: "reject",
      starvationBound: 5,
      maxWaitMs: 100_000,
      hangNs: HANG_MS * 1e6,
      concurrency: { [LIMIT_KEY]: LIMIT },
    });
    this.#stage = {
      ...{ writer: this.#writer, queue: this.#queue, random },
      newTxn: () => ++this.#txns,
    };
  }

  tell(): Draft {
    const writer = this.#writer;
    const main = ++this.#procs;
    writer.note(main, KIND.resource, { payload: "timers", attempt: 0, value: 1 });
    writer.atOnce(main, KIND.open, {}, () => yes());
    this.#start(CALLS_PER_CLIENT);
    const random = this.#random;
    const stopAt = random.below(2 * CALLS_PER_CLIENT);
    const crashAt = this.#flavour.crashes ? random.below(CALLS_PER_CLIENT) : -1;
    let [stopped, crashed] = [false, false];
    for (let step = 0; !this.#isOver(); step++) {
      if (step === MOST_STEPS) throw new Error("the model queue does not come to rest");
      writer.tick();
      const left = this.#clients.reduce((sum, client) => sum + client.left, 0);
      if (!crashed && left <= crashAt) {
        crashed = true;
        this.#crash(left);
      } else if (!stopped && left <= stopAt) {
        stopped = true;
        this.#replaceWorker();
      } else this.#someone().turn();
    }
    readAtRest(writer, this.#queue, ++this.#procs);
    writer.note(main, KIND.resource, { payload: "timers", attempt: 1, value: 1 });
    return writer.draft;
  }

  #start(calls: number): void {
    this.#clients = Array.from(
      { length: CLIENTS },
      () => new ModelClient(this.#stage, ++this.#procs, this.#flavour, calls),
    );
    this.#workers = Array.from({ length: WORKERS }, (_, n) =>
      this.#newWorker(LANES[n % LANES.length] as string),
    );
  }

  #newWorker(lane: string): ModelWorker {
    return new ModelWorker(this.#stage, ++this.#procs, lane);
  }

  /** As a deploy does. */
  #replaceWorker(): void {
    const [old] = this.#workers;
    if (old === undefined) return;
    old.stop();
    this.#stopping.push(old);
    this.#workers[0] = this.#newWorker(LANES[0]);
  }

  #someone(): Actor {
    const actors = [...this.#clients, ...this.#workers, ...this.#stopping];
    return actors.find((actor) => actor.isDue()) ?? this.#random.pick(actors);
  }

  /** The process is gone with all that was under way, and another one goes on. */
  #crash(left: number): void {
    const writer = this.#writer;
    const nemesis = ++this.#procs;
    writer.note(nemesis, KIND.crash);
    this.#stopping = [];
    this.#queue.crash();
    const main = ++this.#procs;
    writer.atOnce(main, KIND.open, {}, () => yes());
    writer.note(nemesis, KIND.restart);
    this.#start(Math.ceil(left / CLIENTS));
  }

  #isOver(): boolean {
    const atRest = [...this.#workers, ...this.#stopping].every(({ isBetween }) => isBetween);
    const asked = this.#clients.every(({ isThrough }) => isThrough);
    return asked && atRest && this.#queue.hasEnded();
  }
}
