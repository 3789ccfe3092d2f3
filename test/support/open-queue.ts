/** Queues on real files in a folder that is removed after each test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { Queue, type QueueOptions } from "../../src/engine/index.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What a test has at hand; fresh for each. */
export interface QueueBench {
  /** The file of {@link QueueBench.open}. */
  readonly path: string;
  readonly clock: VirtualClock;
  /** Opens the queue on the virtual clock. The test closes it, or its end does. */
  open(options?: Partial<QueueOptions>): Promise<Queue>;
}

/** Prepares each test of the file. */
export function queueBench(): QueueBench {
  let folder = "";
  let clock = new VirtualClock();
  let open: Queue[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
    clock = new VirtualClock();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((queue) => queue.close().catch(() => undefined)));
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get path() {
      return join(folder, "queue.db");
    },
    get clock() {
      return clock;
    },
    async open(options = {}) {
      const queue = await Queue.open({
        path: join(folder, "queue.db"),
        clock,
        random: () => 0,
        ...options,
      });
      open.push(queue);
      return queue;
    },
  };
}

/** State of each job by id, from the log: `"1 done"`. */
export async function states(queue: Queue): Promise<string[]> {
  const rows = await queue.sql("SELECT id, state FROM job_state ORDER BY id");
  return rows.map(({ id, state }) => `${id} ${state}`);
}

/** A promise that a handler waits for, and its end. */
export function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
