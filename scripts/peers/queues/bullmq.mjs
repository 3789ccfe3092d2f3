/** BullMQ on Redis: bulk in, a worker with many jobs in flight; a flow is a tree whose parents wait for their children. */
import { FlowProducer, Queue, Worker } from "bullmq";

const CONCURRENCY = 500;
const BATCH_JOBS = 1_000;

/** @param {import("../queue.mjs").Place} place */
export async function open({ url }) {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue("job", { connection });
  const flows = new FlowProducer({ connection });
  /** @type {Worker | undefined} */
  let worker;
  return {
    async enqueueAll(jobs) {
      for (let first = 0; first < jobs.length; first += BATCH_JOBS) {
        await queue.addBulk(
          jobs.slice(first, first + BATCH_JOBS).map((data) => ({ name: "job", data })),
        );
      }
    },
    enqueue: async (job) => void (await queue.add("job", job)),
    /** Fan-in only: a job has one parent, which waits for it. */
    async submitFanIn(jobs) {
      const [join, ...branches] = jobs;
      await flows.add({
        name: "job",
        queueName: "job",
        data: join,
        children: branches.map((data) => ({ name: "job", queueName: "job", data })),
      });
    },
    async work(handler) {
      worker = new Worker("job", async ({ data }) => handler(data), {
        connection,
        concurrency: CONCURRENCY,
      });
      await worker.waitUntilReady();
    },
    async unfinished() {
      const counts = await queue.getJobCounts(
        "waiting",
        "active",
        "delayed",
        "waiting-children",
        "prioritized",
      );
      return Object.values(counts).reduce((sum, n) => sum + n, 0);
    },
    async close() {
      await worker?.close();
      await flows.close();
      await queue.close();
    },
  };
}
