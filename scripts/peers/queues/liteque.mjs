/** liteque on SQLite: a runner that polls; jobs enter one by one, as it has no batch. */

import { sql } from "drizzle-orm";
import { buildDBClient, Runner, SqliteQueue } from "liteque";
import { z } from "zod";

const CONCURRENCY = 100;
/** The shortest that its timer can keep. */
const POLL_INTERVAL_MS = 1;

/** @param {import("../queue.mjs").Place} place */
export function open({ path, durability }) {
  const db = buildDBClient(path, { runMigrations: true });
  db.run(sql.raw(`PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`));
  const queue = new SqliteQueue("job", db, {
    defaultJobArgs: { numRetries: 2 },
    keepFailedJobs: false,
  });
  /** @type {Runner | undefined} */
  let runner;
  /** @type {Promise<void> | undefined} */
  let running;
  return {
    async enqueueAll(jobs) {
      for (const job of jobs) await queue.enqueue(job);
    },
    enqueue: async (job) => void (await queue.enqueue(job)),
    async work(handler) {
      runner = new Runner(
        queue,
        { run: async ({ data }) => handler(data) },
        {
          concurrency: CONCURRENCY,
          pollIntervalMs: POLL_INTERVAL_MS,
          timeoutSecs: 60,
          validator: z.object({ n: z.number() }),
        },
      );
      running = runner.run();
      // The first error of its loop ends it: the trial must not wait for nothing.
      running.catch((error) =>
        setImmediate(() => {
          throw error;
        }),
      );
    },
    async unfinished() {
      const { pending, pending_retry: retry, running: now } = await queue.stats();
      return pending + retry + now;
    },
    async close() {
      runner?.stop();
      await running?.catch(() => undefined);
    },
  };
}
