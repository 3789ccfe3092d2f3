/** Says once that too many jobs wait, and again after fewer did. */
import type { Config } from "../model/config.ts";
import type { Counters } from "../store/store.ts";
import type { Events } from "./events.ts";

/** See the file's head. */
export class Pressure {
  readonly #events: Events;
  readonly #config: Config;
  #isHigh = false;

  constructor(events: Events, config: Config) {
    this.#events = events;
    this.#config = config;
  }

  /** Jobs were enqueued; the counters are asked for only where somebody listens. */
  feel(counters: () => Counters): void {
    if (!this.#events.has("pressure")) return;
    const { ready, delayed } = counters();
    const { backpressureWarnJobs: warnJobs, backpressureRefuseJobs: refuseJobs } = this.#config;
    const waitingJobs = ready + delayed;
    const was = this.#isHigh;
    this.#isHigh = waitingJobs >= warnJobs;
    if (this.#isHigh && !was) this.#events.emit("pressure", { waitingJobs, warnJobs, refuseJobs });
  }
}
