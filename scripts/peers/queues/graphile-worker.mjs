/** Graphile Worker on PostgreSQL, with the batching that its page on performance describes. */
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";

const CONCURRENCY = 24;
const LOCAL_QUEUE = 500;
/** Jobs of one addJobs call: one statement each. */
const BATCH_JOBS = 5_000;

const logger = new Logger(() => () => undefined);

/** @param {import("../queue.mjs").Place} place */
export async function open({ url }) {
  const pool = new pg.Pool({ connectionString: url, max: CONCURRENCY + 1 });
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  /** @type {import("graphile-worker").Runner | undefined} */
  let runner;
  return {
    async enqueueAll(jobs) {
      for (let first = 0; first < jobs.length; first += BATCH_JOBS) {
        await utils.addJobs(
          jobs.slice(first, first + BATCH_JOBS).map((payload) => ({ identifier: "job", payload })),
        );
      }
    },
    enqueue: async (job) => void (await utils.addJob("job", job)),
    async work(handler) {
      runner = await run({
        pgPool: pool,
        logger,
        noHandleSignals: true,
        taskList: { job: (payload) => handler(payload) },
        preset: {
          worker: {
            concurrentJobs: CONCURRENCY,
            pollInterval: 1_000,
            localQueue: { size: LOCAL_QUEUE },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      });
    },
    async unfinished() {
      const { rows } = await pool.query(
        "select count(*)::int as n from graphile_worker._private_jobs",
      );
      return rows[0].n;
    },
    async close() {
      await runner?.stop();
      await utils.release();
      await pool.end();
    },
  };
}
