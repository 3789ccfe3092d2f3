/**
 * Stands in for the scheduler where things run in parallel: the clock is the real one, a step is a short wait that a seed
 * draws, and who takes it is known from the asynchronous context.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { inOrder } from "../schedule/pickers.ts";
import { Scheduler } from "../schedule/scheduler.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";
import type { Step } from "../schedule/step.ts";

/** The waits at steps: log-uniform between two lengths, so that orders of all scales come up. */
export interface Waits {
  readonly shortestMs: number;
  readonly longestMs: number;
  /** So large a share of the steps waits; the victim's all do. */
  readonly share: number;
  /** Steps whose owner's name begins so are slow: whoever it is comes last everywhere. */
  readonly victim?: string;
  /** Whoever has waited for so long in all waits no more, so that a case comes to an end. */
  readonly budgetMs: number;
}

/** See the file's head. */
export class RealTime extends Scheduler {
  override readonly clock: Clock = systemClock;
  readonly #random: SeededRandom;
  readonly #waits: Waits;
  readonly #owners = new AsyncLocalStorage<string>();
  readonly #waitedMs = new Map<string, number>();
  #isCalm = false;

  constructor(random: SeededRandom, waits: Waits) {
    super(inOrder);
    this.#random = random;
    this.#waits = waits;
  }

  override get owner(): string {
    return this.#owners.getStore() ?? "main";
  }

  override get nowMs(): number {
    return this.clock.now();
  }

  override step({ owner }: Pick<Step, "owner">): Promise<void> {
    const { shortestMs, longestMs, share, victim, budgetMs } = this.#waits;
    const waitedMs = this.#waitedMs.get(owner) ?? 0;
    const isVictim = victim !== undefined && owner.startsWith(victim);
    const delayMs = shortestMs * (longestMs / shortestMs) ** this.#random.next();
    const waits = isVictim || this.#random.next() < share;
    if (this.#isCalm || !waits || waitedMs > budgetMs) return Promise.resolve();
    this.#waitedMs.set(owner, waitedMs + delayMs);
    return this.sleep(owner, delayMs);
  }

  override sleep(_owner: string, delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(resolve, delayMs);
    });
  }

  /** From here on no step waits. */
  calm(): void {
    this.#isCalm = true;
  }

  /** Does something in the name of somebody. */
  as<T>(owner: string, work: () => T): T {
    return this.#owners.run(owner, work);
  }
}
