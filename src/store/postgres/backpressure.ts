/** How many jobs may wait: calls beyond it are refused, or wait for room. */
import type { Clock } from "../../lib/clock.ts";
import { QuackmarkError } from "../../lib/errors.ts";
import type { Config } from "../../model/config.ts";
import type { SqlClient, Submission } from "../store.ts";
import { countWaiting } from "./reads.ts";
import type { Session } from "./session.ts";

/** How long a count of what others enqueued is believed. */
const COUNT_AGE_MS = 1_000;

/** Jobs whose caller waits. */
interface Call {
  readonly submission: Submission;
  reject(error: unknown): void;
}

/** See the file's head. */
export class Backpressure {
  readonly #session: Session;
  readonly #config: Config;
  readonly #clock: Clock;
  #waiting: (() => void)[] = [];

  constructor(session: Session, config: Config, clock: Clock) {
    this.#session = session;
    this.#config = config;
    this.#clock = clock;
  }

  /** @throws QuackmarkError (BACKPRESSURE) */
  async assert(client: SqlClient, jobs: number): Promise<void> {
    const room = await this.#room(client, jobs);
    if (jobs > room) throw this.#full(jobs, room);
  }

  /** Those of several calls for which there is room; the others are refused. */
  async admitted<T extends Call>(client: SqlClient, calls: readonly T[]): Promise<T[]> {
    const jobs = calls.reduce((sum, { submission }) => sum + submission.nodeCount, 0);
    let room = await this.#room(client, jobs);
    return calls.filter(({ submission: { nodeCount }, reject }) => {
      const fits = nodeCount <= room;
      if (fits) room -= nodeCount;
      else reject(this.#full(nodeCount, room));
      return fits;
    });
  }

  /** For how many jobs there is room, from what is known; counted anew when that is old, and always where so many do not fit. */
  async #room(client: SqlClient, jobs: number): Promise<number> {
    const { waiting, schema, now } = this.#session;
    const limit = this.#config.backpressureRefuseJobs;
    const room = (): number => limit - waiting.ready - waiting.delayed;
    if (jobs <= room() && now() - waiting.countedMs < COUNT_AGE_MS) return room();
    const rows = async (text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows;
    const { ready, delayed } = await countWaiting({ rows }, schema, limit + 1);
    waiting.counted(ready, delayed, now());
    return room();
  }

  #full(jobs: number, room: number): QuackmarkError {
    const limit = this.#config.backpressureRefuseJobs;
    return new QuackmarkError(
      "BACKPRESSURE",
      `${limit - room} jobs wait and ${jobs} more would exceed the limit of ${limit}; enqueue them later, with whenFull: "wait", or raise backpressureRefuseJobs`,
    );
  }

  /** Resolves when jobs have left, here or, at the next poll, elsewhere. */
  async roomFor(jobs: number): Promise<void> {
    const { waiting } = this.#session;
    const { backpressureRefuseJobs, pollIntervalMs } = this.#config;
    if (waiting.ready + waiting.delayed + jobs <= backpressureRefuseJobs) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.setTimer(resolve, pollIntervalMs);
      this.#waiting.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Jobs have left, or nobody need wait any more. */
  made(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
