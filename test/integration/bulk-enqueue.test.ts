/** Many jobs in one call reach table and ledger column by column: every field is what one by one would have given. */
import { describe, expect, it } from "vitest";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();
const JOBS = 2_500;

const jobOf = (i: number) => ({
  task: i % 3 === 0 ? "a" : "b",
  args: { i },
  queue: `q${i % 7}`,
  priority: i % 101,
  maxAttempts: 1 + (i % 4),
  ...(i % 50 === 0 ? { delayMs: 3_600_000 } : {}),
});
const FIELDS =
  "SELECT j.id, j.task, j.queue, j.priority, j.max_attempts, j.args, s.state FROM jobs j JOIN job_state s ON s.id = j.id ORDER BY j.id";

describe("many jobs in one call", () => {
  it("Q1: are what the same jobs are that came one by one", async () => {
    const config = { backpressureRefuseJobs: 10_000 };
    const [bulk, ones] = [
      await bench.open({ path: ":memory:", config }),
      await bench.open({ path: ":memory:", config }),
    ];
    const jobs = Array.from({ length: JOBS }, (_, i) => jobOf(i));
    for (const queue of [bulk, ones]) {
      queue.task("a", () => null);
      queue.task("b", () => null);
    }
    await bulk.enqueueAll(jobs);
    await Promise.all(jobs.map((job) => ones.enqueue(job)));
    const rows = await bulk.sql(FIELDS);
    expect(rows.length).toBe(JOBS);
    expect(rows).toEqual(await ones.sql(FIELDS));
  });

  it("Q1: run once each, and others go into the places that they leave", async () => {
    const queue = await bench.open({ config: { backpressureRefuseJobs: 10_000 } });
    const runs = new Map<number, number>();
    queue.task("count", ({ i }: { i: number }) => void runs.set(i, (runs.get(i) ?? 0) + 1));
    const jobsFrom = (first: number) =>
      Array.from({ length: JOBS }, (_, i) => ({ task: "count", args: { i: first + i } }));
    queue.worker({ concurrency: 100, claimBatch: 100 }).start();
    for (const round of [0, 1, 2]) {
      await queue.enqueueAll(jobsFrom(round * JOBS));
      await queue.idle();
    }
    expect(runs.size).toBe(3 * JOBS);
    expect(new Set(runs.values())).toEqual(new Set([1]));
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });
});
