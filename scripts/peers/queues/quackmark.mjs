/** Quackmark itself, on the embedded DuckDB or on PostgreSQL, through its public API. */
import { Queue } from "../../../dist/engine/index.js";

const CONCURRENCY = 1_000;

/** @param {import("../queue.mjs").Place} place */
export async function open({ path, url, durability }) {
  const config = { backpressureRefuseJobs: 1_000_000_000, backpressureWarnJobs: 1_000_000_000 };
  const queue = await Queue.open(
    url === undefined ? { path, durability, config } : { url, durability, config },
  );
  /** @type {(job: { n: number }) => Promise<void>} */
  let handle = async () => undefined;
  /** @type {ReturnType<typeof queue.worker> | undefined} */
  let worker;
  queue.task("job", (job) => handle(job));
  const asJob = (args) => ({ task: "job", args });
  return {
    enqueueAll: async (jobs) => void (await queue.enqueueAll(jobs.map(asJob))),
    enqueue: async (job) => void (await queue.enqueue(asJob(job))),
    /** Edges are pairs [child, parent] of positions. */
    submitDag: async (jobs, edges) => void (await queue.submit({ nodes: jobs.map(asJob), edges })),
    async work(handler) {
      handle = handler;
      worker = queue.worker({ concurrency: CONCURRENCY, claimBatch: CONCURRENCY });
      worker.start();
    },
    async unfinished() {
      const { ready, delayed, claimed } = queue.stats();
      const left = ready + delayed + claimed;
      // The totals are those of the memory: a stopped worker's settles are committed.
      if (left === 0) await worker?.stop();
      return left;
    },
    close: () => queue.close(),
  };
}
