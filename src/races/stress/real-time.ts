/**
 * Stands in for the scheduler where things run in parallel: the clock is the real one, a step is a short wait that a seed
 * draws, and who takes it is known from the asynchronous context.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { inOrder } from "../schedule/pickers.ts";
import { Scheduler } from "../schedule/scheduler.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";

/** Waits are log-uniform between these, so that orders of all scales come up. */
const SHORTEST_MS = 0.2;
const LONGEST_MS = 30;

/** See the file's head. */
export class RealTime extends Scheduler {
  override readonly clock: Clock = systemClock;
  readonly #random: SeededRandom;
  readonly #owners = new AsyncLocalStorage<string>();

  constructor(random: SeededRandom) {
    super(inOrder);
    this.#random = random;
  }

  override get owner(): string {
    return this.#owners.getStore() ?? "main";
  }

  override get nowMs(): number {
    return this.clock.now();
  }

  override step(): Promise<void> {
    return this.sleep(this.owner, SHORTEST_MS * (LONGEST_MS / SHORTEST_MS) ** this.#random.next());
  }

  override sleep(_owner: string, delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(resolve, delayMs);
    });
  }

  /** Does something in the name of somebody. */
  as<T>(owner: string, work: () => T): T {
    return this.#owners.run(owner, work);
  }
}
