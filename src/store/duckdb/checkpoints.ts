/**
 * When the lane writes a checkpoint: once the log is long, sooner where nobody works, and in durability
 * `relaxed`, which has no log, by the clock.
 */
import { statSync } from "node:fs";
import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { Config } from "../../model/config.ts";
import type { Counters, Durability } from "../store.ts";

/** What it is given. */
export interface CheckpointsOptions {
  /** Null for memory: nothing is ever written. */
  readonly file: string | null;
  readonly durability: Durability;
  readonly config: Config;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Writes a checkpoint in the lane's turn. */
  checkpoint(): Promise<void>;
}

/** Rows between two looks at the log's size. */
const LOOK_ROWS = 4_096;
/** A log of this part of the limit is worth a checkpoint while nobody works. */
const IDLE_PART = 1 / 4;

/** See the file's head. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #rowsSeen = 0;
  #lastCommitMs = 0;
  #isRunning = false;
  #isClosed = false;
  #cancel: CancelTimer | undefined;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** A transaction was committed. */
  committed(): void {
    const { file, durability, config, counters, clock } = this.#options;
    if (file === null || this.#isClosed) return;
    if (durability === "relaxed") {
      this.#arm(config.relaxedCheckpointMs, () => this.#run());
      return;
    }
    if (this.#cancel !== undefined) this.#lastCommitMs = clock.now();
    if (counters.rowsWritten - this.#rowsSeen < LOOK_ROWS) return;
    this.#rowsSeen = counters.rowsWritten;
    const walBytes = statSync(`${file}.wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (walBytes >= config.checkpointBytes) this.#run();
    else if (walBytes >= config.checkpointBytes * IDLE_PART) this.#whenIdle();
  }

  /** No checkpoint begins any more; commits that follow, such as the last one, arm no timer. */
  close(): void {
    this.#cancel?.();
    this.#isClosed = true;
  }

  #whenIdle(): void {
    const { config, clock } = this.#options;
    this.#lastCommitMs = clock.now();
    this.#arm(config.checkpointIdleMs, () => {
      if (clock.now() - this.#lastCommitMs < config.checkpointIdleMs) this.#whenIdle();
      else this.#run();
    });
  }

  #arm(delayMs: number, then: () => void): void {
    if (this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.setTimer(() => {
      this.#cancel = undefined;
      then();
    }, delayMs);
  }

  #run(): void {
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#options
      .checkpoint()
      // What is wrong with the database, the next commit meets too, and it is the one that can be answered for.
      .catch(() => undefined)
      .finally(() => {
        this.#isRunning = false;
      });
  }
}
