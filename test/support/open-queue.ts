/**
 * Queues of a test, and their end with it: on DuckDB a file in a folder of its own, on PostgreSQL a schema of
 * its own on a real server. `QUACKMARK_TEST_STORE` says which; the vitest projects `duckdb` and `postgres` set it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, inject } from "vitest";
import { Queue, type QueueOptions } from "../../src/engine/index.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What a test has at hand; fresh for each. */
export interface QueueBench {
  /** The file of {@link QueueBench.open}. */
  readonly path: string;
  readonly clock: VirtualClock;
  /** The store of this project. */
  readonly store: "duckdb" | "postgres";
  /** Where a process of its own finds the queue of {@link QueueBench.open}. */
  readonly place: Pick<QueueOptions, "path" | "url">;
  /** Opens the queue on the virtual clock. The test closes it, or its end does. */
  open(options?: Partial<QueueOptions>): Promise<Queue>;
}

const STORE = process.env["QUACKMARK_TEST_STORE"] === "postgres" ? "postgres" : "duckdb";
let schemas = 0;

/** Prepares each test of the file. */
export function queueBench(): QueueBench {
  let folder = "";
  let schema = "";
  let clock = new VirtualClock();
  let open: Queue[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quackmark-test-"));
    schema = `test_${process.pid}_${Date.now().toString(36)}_${++schemas}`;
    clock = new VirtualClock();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((queue) => queue.close().catch(() => undefined)));
    rmSync(folder, { recursive: true, force: true });
  });
  const place = (): Pick<QueueOptions, "path" | "url"> =>
    STORE === "postgres"
      ? { url: `${inject("postgresUrl")}?schema=${schema}` }
      : { path: join(folder, "queue.db") };
  return {
    store: STORE,
    get path() {
      return join(folder, "queue.db");
    },
    get place() {
      return place();
    },
    get clock() {
      return clock;
    },
    async open(options = {}) {
      const queue = await Queue.open({
        ...("path" in options ? {} : place()),
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
