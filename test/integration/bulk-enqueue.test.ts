/** Many jobs in one call reach table and ledger column by column, and every field arrives. */
import { describe, expect, it } from "vitest";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();
const JOBS = 2_500;
const QUEUES = 7;

const jobOf = (i: number) => ({
  task: i % 3 === 0 ? "a" : "b",
  args: { i },
  queue: `q${i % QUEUES}`,
  priority: i % 101,
  maxAttempts: 1 + (i % 4),
  timeoutMs: 1_000 + i,
  ...(i % 50 === 0 ? { delayMs: 3_600_000 } : {}),
});

describe("many jobs in one call", () => {
  it("Q1: keep every field, in the table and in the memory that hands them out", async () => {
    const queue = await bench.open({ config: { backpressureRefuseJobs: 10_000 } });
    for (const task of ["a", "b"]) queue.task(task, () => null);
    const jobs = Array.from({ length: JOBS }, (_, i) => jobOf(i));
    const { jobIds } = await queue.enqueueAll(jobs);
    expect(
      await queue.sql(
        "SELECT id, task, queue, priority, max_attempts AS tries, timeout_ms AS ms, args FROM jobs ORDER BY id",
      ),
    ).toEqual(
      jobs.map((job, i) => ({
        id: BigInt(jobIds[i] ?? 0),
        task: job.task,
        queue: job.queue,
        priority: job.priority,
        tries: job.maxAttempts,
        ms: job.timeoutMs,
        args: JSON.stringify(job.args),
      })),
    );
    for (let q = 0; q < QUEUES; q++) {
      const due = jobs.filter((job) => job.queue === `q${q}` && job.delayMs === undefined);
      const claims = await queue.claims.claim({ queues: [`q${q}`], limit: JOBS });
      expect(
        claims.map(({ task, args, timeoutMs }) => [task, JSON.parse(args), timeoutMs]),
      ).toEqual(
        due
          .toSorted((x, y) => y.priority - x.priority || x.args.i - y.args.i)
          .map(({ task, args, timeoutMs }) => [task, args, timeoutMs]),
      );
      await Promise.all(claims.map((claim) => queue.claims.fail(claim, new Error("no"))));
    }
    const last = jobs.filter((job) => job.maxAttempts === 1 && job.delayMs === undefined);
    const dead = await queue.sql("SELECT count(*) AS n FROM job_state WHERE state = 'failed'");
    expect(Number(dead[0]?.["n"])).toBe(last.length);
  });

  it("Q1: that differ in nothing but their args keep every field, also where the last one differs", async () => {
    const queue = await bench.open({ config: { backpressureRefuseJobs: 10_000 } });
    queue.task("a-task-with-a-long-name", () => null);
    const jobOf = (i: number, more = {}) => ({
      task: "a-task-with-a-long-name",
      args: { i },
      ...more,
    });
    const jobs = Array.from({ length: JOBS }, (_, i) => jobOf(i));
    await queue.enqueueAll(jobs);
    await queue.enqueueAll([
      ...jobs,
      jobOf(JOBS, { priority: 51, queue: "other", maxAttempts: 9 }),
    ]);
    const rows = await queue.sql(
      `SELECT count(*)::INT AS jobs, count(DISTINCT args)::INT AS args, task, queue, name, priority, rule, max_attempts AS tries, timeout_ms AS ms
       FROM jobs GROUP BY ALL ORDER BY jobs`,
    );
    const same = { task: "a-task-with-a-long-name", name: null, rule: 0, ms: 300_000 };
    expect(rows).toEqual([
      { jobs: 1, args: 1, queue: "other", priority: 51, tries: 9, ...same },
      { jobs: 2 * JOBS, args: JOBS, queue: "default", priority: 50, tries: 3, ...same },
    ]);
    const claims = await queue.claims.claim({ limit: 2 * JOBS });
    expect(claims.map(({ args }) => args)).toEqual(
      [...jobs, ...jobs].map(({ args }) => JSON.stringify(args)),
    );
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
