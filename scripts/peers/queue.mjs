/**
 * What a queue must do to take part, and which take part.
 *
 * @typedef {{ n: number }} Job
 * @typedef {{ path: string, url?: string, durability: "full" | "relaxed" }} Place
 * @typedef {object} OpenQueue
 * @property {(jobs: Job[]) => Promise<void>} enqueueAll as its documentation advises for many
 * @property {(job: Job) => Promise<void>} enqueue one
 * @property {(handler: (job: Job) => Promise<void>) => Promise<void>} work starts one worker in this process
 * @property {() => Promise<number>} unfinished jobs that the store does not record as done
 * @property {((jobs: Job[], edges: [number, number][]) => Promise<void>)=} submitDag
 * @property {((jobs: Job[]) => Promise<void>)=} submitFanIn the first waits for all others
 * @property {() => Promise<void>} close
 */

/** By name: where it stores, and what its two durabilities mean there. */
export const QUEUES = {
  "quackmark (DuckDB)": { module: "quackmark", store: "duckdb" },
  plainjob: { module: "plainjob", store: "sqlite" },
  liteque: { module: "liteque", store: "sqlite" },
  "quackmark (PostgreSQL)": { module: "quackmark", store: "postgres" },
  "graphile-worker": { module: "graphile-worker", store: "postgres" },
  "pg-boss": { module: "pg-boss", store: "postgres" },
  bullmq: { module: "bullmq", store: "redis" },
};

/** What a commit is worth. */
export const DURABILITY = {
  duckdb: { full: "fsync per commit", relaxed: "log without WAL, durable at checkpoints" },
  sqlite: {
    full: "WAL, synchronous=FULL",
    relaxed: "WAL, synchronous=NORMAL: durable at checkpoints",
  },
  postgres: {
    full: "fsync, synchronous_commit=on",
    relaxed: "synchronous_commit=off: up to 0.6 s lost",
  },
  redis: { full: "appendfsync always", relaxed: "appendfsync everysec: up to 1 s lost" },
};

/** Opens a queue by its name. @returns {Promise<OpenQueue>} */
export async function openQueue(name, place) {
  const { open } = await import(`./queues/${QUEUES[name].module}.mjs`);
  return await open(place);
}
