/** plainjob on SQLite: one worker takes job after job; many jobs enter in one transaction. */
import Database from "better-sqlite3";
import { better, defineQueue, defineWorker } from "plainjob";

/** Its option is spelled so; a poll costs one query. */
const POLL_INTERVAL_MS = 5;

const SILENT = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

/** @param {import("../queue.mjs").Place} place */
export function open({ path, durability }) {
  const database = new Database(path);
  const queue = defineQueue({ connection: better(database), logger: SILENT });
  // It sets NORMAL itself, which leaves commits to the next checkpoint.
  database.pragma(`synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
  /** @type {ReturnType<typeof defineWorker> | undefined} */
  let worker;
  return {
    enqueueAll: async (jobs) => void queue.addMany("job", jobs),
    enqueue: async (job) => void queue.add("job", job),
    async work(handler) {
      worker = defineWorker("job", async ({ data }) => handler(JSON.parse(data)), {
        queue,
        logger: SILENT,
        pollIntervall: POLL_INTERVAL_MS,
      });
      worker.start().catch(() => undefined);
    },
    unfinished: async () =>
      queue.countJobs({ type: "job", status: 0 }) + queue.countJobs({ type: "job", status: 1 }),
    async close() {
      await worker?.stop();
      queue.close();
    },
  };
}
