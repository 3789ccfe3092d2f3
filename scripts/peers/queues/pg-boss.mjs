/** pg-boss on PostgreSQL: batches in by insert, batches out by a worker with a large batch size. */
import PgBoss from "pg-boss";

const BATCH_JOBS = 5_000;
const WORK_BATCH = 1_000;
/** The shortest that it takes. */
const POLL_INTERVAL_S = 0.5;

/** @param {import("../queue.mjs").Place} place */
export async function open({ url }) {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  boss.on("error", () => undefined);
  await boss.start();
  await boss.createQueue("job");
  return {
    async enqueueAll(jobs) {
      for (let first = 0; first < jobs.length; first += BATCH_JOBS) {
        await boss.insert(
          jobs.slice(first, first + BATCH_JOBS).map((data) => ({ name: "job", data })),
        );
      }
    },
    enqueue: async (job) => void (await boss.send("job", job)),
    async work(handler) {
      await boss.work(
        "job",
        { batchSize: WORK_BATCH, pollingIntervalSeconds: POLL_INTERVAL_S },
        async (jobs) => void (await Promise.all(jobs.map(({ data }) => handler(data)))),
      );
    },
    unfinished: () => boss.getQueueSize("job", { before: "completed" }),
    close: () => boss.stop({ graceful: false, wait: true }),
  };
}
