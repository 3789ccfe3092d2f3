/**
 * Stands in for the scheduler where things run in parallel: the clock is the real one, a step is a short wait that a seed
 * draws, and who takes it is known from the asynchronous context. What is passed is written down as the scheduler writes
 * it, so that an order that went wrong can be followed step by step.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { inOrder } from "../schedule/pickers.ts";
import { Scheduler, type Wanted } from "../schedule/scheduler.ts";
import type { SeededRandom } from "../schedule/seeded-random.ts";
import { START_MS } from "../schedule/step.ts";

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

/** Whose a deferred turn is shows in a schedule alone. */
const ANYBODY = "";

/** See the file's head. */
export class RealTime extends Scheduler {
  override readonly clock: Clock = this.#recorded(systemClock);
  readonly #beganMs = systemClock.now();
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

  override async step(step: Wanted): Promise<void> {
    await this.#delay(step.owner);
    this.#pass(step);
  }

  override async sleep(owner: string, delayMs: number): Promise<void> {
    await this.#sleep(delayMs);
    this.#pass({ owner, label: "wakes", job: 0 });
  }

  /** From here on no step waits. */
  calm(): void {
    this.#isCalm = true;
  }

  /** Does something in the name of somebody. */
  as<T>(owner: string, work: () => T): T {
    return this.#owners.run(owner, work);
  }

  /** The wait of a step, if it has one. */
  #delay(owner: string): Promise<void> {
    const { shortestMs, longestMs, share, victim, budgetMs } = this.#waits;
    const waitedMs = this.#waitedMs.get(owner) ?? 0;
    const isVictim = victim !== undefined && owner.startsWith(victim);
    const delayMs = shortestMs * (longestMs / shortestMs) ** this.#random.next();
    const waits = isVictim || this.#random.next() < share;
    if (this.#isCalm || !waits || waitedMs > budgetMs) return Promise.resolve();
    this.#waitedMs.set(owner, waitedMs + delayMs);
    return this.#sleep(delayMs);
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      systemClock.setTimer(resolve, delayMs);
    });
  }

  #recorded(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      setTimer: (run, delayMs) =>
        clock.setTimer(() => {
          this.#pass({ owner: "clock", label: "timer", job: 0 });
          run();
        }, delayMs),
      defer: (run) =>
        clock.defer(() => {
          this.#pass({ owner: ANYBODY, label: "turn", job: 0 });
          run();
        }),
    };
  }

  #pass(step: Wanted): void {
    const nowMs = START_MS + systemClock.now() - this.#beganMs;
    this.taken.push({ ...step, due: true, atMs: 0, choice: 0, ready: 1, nowMs });
  }
}
