/** Q14: what purges and retention delete, and what they never touch, on every store. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { map, type Queue, type QueueOptions } from "../../src/engine/index.ts";
import { latch, queueBench, states } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();

const DAY_MS = 86_400_000;

async function openWithTasks(options: Partial<QueueOptions> = {}): Promise<Queue> {
  const queue = await bench.open(options);
  queue.task("t", async () => "result");
  queue.task("bad", () => {
    throw new Error("no");
  });
  return queue;
}

/** Runs everything that is ready, and what follows. */
async function drain(queue: Queue): Promise<void> {
  const worker = queue.worker({ concurrency: 50 });
  worker.start();
  await queue.idle();
  await worker.stop();
}

/** Rows by table. */
async function rows(queue: Queue): Promise<Record<string, unknown>> {
  const count = (table: string): string => `(SELECT count(*) FROM ${table})::INT AS ${table}`;
  const tables = ["jobs", "job_options", "job_dependencies", "dag_runs", "transitions"];
  const [row] = await queue.sql(`SELECT ${tables.map(count).join(", ")}`);
  return row ?? {};
}

const NOTHING = { jobs: 0, job_options: 0, job_dependencies: 0, dag_runs: 0, transitions: 0 };

type Edges = readonly (readonly [child: number, parent: number])[];

const parentsOf = (edges: Edges, node: number): number[] =>
  edges.filter(([child]) => child === node).map(([, parent]) => parent);
const runsAlways = (node: number): boolean => node % 3 === 0;

/** Jobs of their own, with edges from one to the other: the hardest for a purge. Their ids by node. */
async function enqueueDag(
  queue: Queue,
  edges: Edges,
  fails: readonly boolean[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const [node, fail] of fails.entries())
    ids.push(
      await queue.enqueue({
        task: "maybe",
        args: fail,
        maxAttempts: 1,
        dependsOn: parentsOf(edges, node).map((parent) => ids[parent] as number),
        trigger: runsAlways(node) ? "all_done" : "all_success",
      }),
    );
  return ids;
}

/** How each of them must end, purge or not. */
function endsOf(edges: Edges, fails: readonly boolean[]): string[] {
  const ends: string[] = [];
  for (const [node, fail] of fails.entries()) {
    const runs =
      runsAlways(node) || parentsOf(edges, node).every((parent) => ends[parent] === "done");
    ends.push(runs ? (fail ? "failed" : "done") : "skipped");
  }
  return ends;
}

describe("Q14: a purge", () => {
  it("Q14: deletes runs and jobs that ended long enough ago, with all their rows, and keeps the others", async () => {
    const queue = await openWithTasks();
    const old = await queue.submit({
      nodes: [
        { name: "a", task: "t" },
        { name: "b", task: "t", backoffMs: 5 },
      ],
      edges: [["b", "a"]],
    });
    await queue.enqueue({ task: "t" });
    await drain(queue);
    bench.clock.advance(DAY_MS);
    await queue.enqueue({ task: "t" });
    await drain(queue);
    await queue.enqueue({ task: "t", queue: "elsewhere" });
    expect(await queue.purge({ olderThanMs: DAY_MS })).toEqual({ jobs: 3, runs: 1, archived: [] });
    expect(await states(queue)).toEqual(["4 done", "5 pending"]);
    expect(await rows(queue)).toEqual({
      jobs: 2,
      job_options: 0,
      job_dependencies: 0,
      dag_runs: 0,
      transitions: 2,
    });
    await expect(queue.run(old.runId)).rejects.toMatchObject({ code: "UNKNOWN_RUN" });
    await expect(queue.enqueue({ task: "t", dependsOn: [3] })).rejects.toMatchObject({
      code: "UNKNOWN_PARENT",
      message: expect.stringContaining("purged"),
    });
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });

  it("Q14: by state, by queue, by number and by job, always whole runs", async () => {
    const queue = await openWithTasks();
    const failed = await queue.submit({
      nodes: [
        { name: "ok", task: "t" },
        { name: "bad", task: "bad", maxAttempts: 1 },
      ],
    });
    for (const name of ["default", "other"]) await queue.enqueue({ task: "t", queue: name });
    const worker = queue.worker({ queues: ["default", "other"] });
    worker.start();
    await queue.waitForRun(failed.runId);
    await queue.idle();
    await worker.stop();
    expect(await queue.purge({ states: ["skipped"] })).toMatchObject({ jobs: 0 });
    expect(await queue.purge({ queue: "other", states: ["failed"] })).toMatchObject({ jobs: 0 });
    expect(await queue.purge({ queue: "other" })).toMatchObject({ jobs: 1, runs: 0 });
    expect(await queue.purge({ states: ["failed"] })).toMatchObject({ jobs: 2, runs: 1 });
    for (let i = 0; i < 4; i++) {
      await queue.enqueue({ task: "t" });
      await drain(queue);
      bench.clock.advance(1);
    }
    expect(await states(queue)).toEqual(["3 done", "5 done", "6 done", "7 done", "8 done"]);
    expect(await queue.purge({ keepJobs: 3 })).toMatchObject({ jobs: 2 });
    expect(await queue.purge({ jobIds: [7, 99] })).toMatchObject({ jobs: 1 });
    expect(await states(queue)).toEqual(["6 done", "8 done"]);
  });

  it("Q14: keeps a parent of a live job, whichever way that job came, until that job has ended", async () => {
    const queue = await openWithTasks();
    const [a, b] = [await queue.enqueue({ task: "t" }), await queue.enqueue({ task: "t" })];
    await drain(queue);
    await queue.enqueue({ task: "t", dependsOn: [a], queue: "later" });
    await queue.submit({ nodes: [{ task: "t", dependsOn: [b], queue: "later" }] });
    expect(await queue.purge({ olderThanMs: 0 })).toMatchObject({ jobs: 0 });
    const worker = queue.worker({ queues: ["later"] });
    worker.start();
    await queue.idle();
    await worker.stop();
    expect(await queue.purge({ olderThanMs: 0 })).toMatchObject({ jobs: 4, runs: 1 });
    expect(await rows(queue)).toEqual(NOTHING);
  });

  it("Q14: takes a job and the runs that it expanded to together, or not at all", async () => {
    const queue = await openWithTasks();
    const inner = latch();
    queue.task("wide", async () => map("inner", [1, 2]));
    queue.task("inner", async (n: number) => {
      if (n === 2) await inner.opened;
      return n;
    });
    await queue.enqueue({ task: "wide" });
    const worker = queue.worker();
    worker.start();
    await until(async () => (await states(queue))[1] === "2 done");
    expect(await queue.purge({ olderThanMs: 0 })).toMatchObject({ jobs: 0 });
    inner.open();
    await queue.idle();
    await worker.stop();
    expect(await queue.purge({ olderThanMs: 0 })).toEqual({ jobs: 3, runs: 1, archived: [] });
    expect(await rows(queue)).toEqual(NOTHING);
  });

  it("Q14: keeps a job whose unique key is still taken", async () => {
    const queue = await openWithTasks();
    await queue.enqueue({ task: "t", uniqueKey: "daily", uniqueMs: DAY_MS });
    await drain(queue);
    bench.clock.advance(DAY_MS - 1);
    expect(await queue.purge({ olderThanMs: 0 })).toMatchObject({ jobs: 0 });
    bench.clock.advance(1);
    expect(await queue.purge({ olderThanMs: 0 })).toMatchObject({ jobs: 1 });
  });

  it("Q14: refuses a policy that is empty or wrong, and deletes nothing", async () => {
    const queue = await openWithTasks();
    await queue.enqueue({ task: "t" });
    await drain(queue);
    for (const policy of [
      {},
      { archive: false },
      { olderThan: 5 },
      { olderThanMs: -1 },
      { states: ["ready"] },
      { archive: true, keepJobs: 0 },
    ])
      await expect(queue.purge(policy as never)).rejects.toMatchObject({ code: "BAD_INPUT" });
    expect(await states(queue)).toEqual(["1 done"]);
  });

  it("§8: a purge never frees or starves a child: at any moment of a random DAG the rest goes on as before", async () => {
    const dags = fc.record({
      edges: fc.uniqueArray(
        fc.tuple(fc.integer({ min: 1, max: 11 }), fc.nat(10)).filter(([c, p]) => p < c),
        { maxLength: 20, selector: ([c, p]) => c * 100 + p },
      ),
      fails: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      purgeAfter: fc.integer({ min: 1, max: 12 }),
    });
    const queue = await openWithTasks();
    const moment = { left: 0, purges: [] as Promise<unknown>[] };
    queue.task("maybe", async (fails: boolean) => {
      if (--moment.left === 0) moment.purges.push(queue.purge({ olderThanMs: 0 }));
      if (fails) throw new Error("no");
    });
    await fc.assert(
      fc.asyncProperty(dags, async ({ edges, fails, purgeAfter }) => {
        moment.left = purgeAfter;
        const expected = endsOf(edges, fails);
        const ids = await enqueueDag(queue, edges, fails);
        const worker = queue.worker({ concurrency: 2, claimBatch: 2 });
        worker.start();
        await queue.idle();
        await Promise.all(moment.purges);
        await worker.stop();
        const left = await queue.sql("SELECT id::INT AS id, state FROM job_state");
        for (const { id, state } of left) expect(state).toBe(expected[ids.indexOf(Number(id))]);
        const [{ ran } = { ran: -1 }] = await queue.sql(
          "SELECT count(*)::INT AS ran FROM job_dependencies WHERE child_job_id NOT IN (SELECT id FROM jobs) OR parent_job_id NOT IN (SELECT id FROM jobs)",
        );
        expect(ran).toBe(0);
        expect(await queue.selfCheck()).toMatchObject({ equal: true, memory: [] });
        await queue.purge({ olderThanMs: 0 });
        expect(await rows(queue)).toEqual(NOTHING);
      }),
      { numRuns: 15 },
    );
  });
});

describe("Q14: retention", () => {
  it("Q14: is on: after seven days what has ended is gone, without a call", async () => {
    const queue = await openWithTasks();
    await queue.enqueue({ task: "t" });
    await queue.enqueue({ task: "bad", maxAttempts: 1 });
    await drain(queue);
    bench.clock.advance(7 * DAY_MS - 1);
    await queue.enqueue({ task: "t", queue: "later" });
    expect(await states(queue)).toEqual(["1 done", "2 failed", "3 pending"]);
    await until(async () => {
      bench.clock.advance(DAY_MS);
      return (await states(queue)).length === 1;
    });
    expect(await states(queue)).toEqual(["3 pending"]);
  });

  it("Q14: keeps failed jobs by a time of their own, and everything where it is 0", async () => {
    const queue = await openWithTasks({ config: { retentionMs: DAY_MS, retentionFailedMs: 0 } });
    await queue.enqueue({ task: "t" });
    await queue.enqueue({ task: "bad", maxAttempts: 1 });
    await drain(queue);
    bench.clock.advance(400 * DAY_MS);
    await until(async () => {
      bench.clock.advance(DAY_MS);
      return (await states(queue)).length === 1;
    });
    expect(await states(queue)).toEqual(["2 failed"]);
  });
});
