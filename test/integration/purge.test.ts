/** Q14: what purges delete and what they never touch, archives, compaction, and a file that stays in bounds. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GatePoint, map, type Queue, type QueueOptions } from "../../src/engine/index.ts";
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

  it("Q14: keeps of each schedule the last slot that fired, of each pause the last, and none fires or pauses again", async () => {
    const open = async (): Promise<Queue> => {
      const queue = await openWithTasks();
      queue.worker().start();
      return queue;
    };
    const control = async (queue: Queue): Promise<unknown[]> =>
      queue.sql(
        "SELECT kind, key, count(*)::INT AS n FROM control WHERE kind <> 'ids' GROUP BY ALL ORDER BY kind, key",
      );
    let queue = await open();
    await queue.schedules.set("hourly", { cron: "0 * * * *", job: { task: "t" } });
    await queue.schedules.set("half", { everyMs: DAY_MS / 48, job: { task: "t" } });
    for (const queueName of ["one", "two"]) {
      await queue.pause(queueName);
      await queue.resume(queueName);
    }
    await queue.pause("two");
    const fired = async (kind: string): Promise<number> => {
      const [row] = await queue.sql(
        `SELECT count(*)::INT AS n FROM control WHERE kind = 'fired' AND key = '${kind}'`,
      );
      return Number(row?.["n"]);
    };
    for (let half = 1; half <= 6; half++) {
      bench.clock.advance(DAY_MS / 48);
      await until(async () => {
        bench.clock.advance(0);
        return (await fired("half")) === half && (await fired("hourly")) === Math.floor(half / 2);
      });
    }
    await queue.idle();
    expect(await queue.purge({ olderThanMs: 0 })).toMatchObject({ jobs: 9 });
    const kept = [
      { kind: "fired", key: "half", n: 1 },
      { kind: "fired", key: "hourly", n: 1 },
      { kind: "pause", key: "one", n: 1 },
      { kind: "pause", key: "two", n: 1 },
      { kind: "purge", key: "", n: 1 },
      { kind: "schedule", key: "half", n: 1 },
      { kind: "schedule", key: "hourly", n: 1 },
    ];
    expect(await control(queue)).toEqual(kept);
    await queue.close();
    // The slots that fired fire no more, and the next one is the next one.
    queue = await open();
    const next = (await queue.schedules.list()).map(({ name, lastSlot, nextSlot }) => [
      name,
      lastSlot?.toISOString(),
      nextSlot?.toISOString(),
    ]);
    expect(next.sort()).toEqual([
      ["half", "2026-01-01T03:00:00.000Z", "2026-01-01T03:30:00.000Z"],
      ["hourly", "2026-01-01T03:00:00.000Z", "2026-01-01T04:00:00.000Z"],
    ]);
    bench.clock.advance(0);
    await queue.idle();
    expect(await control(queue)).toEqual(kept);
    await queue.enqueue({ task: "t", queue: "two" });
    expect(await states(queue)).toEqual([expect.stringMatching(/^\d+ pending$/)]);
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

  it.each(["lane.begin", "lane.commit", "lane.committed"] as const)(
    "Q14: that fails at %s has deleted all or nothing, and the ledger knows which",
    async (step: GatePoint) => {
      let armed = false;
      const queue = await openWithTasks({
        gate: async (point) => {
          if (!armed || point !== step) return;
          armed = false;
          throw new Error("planted");
        },
      });
      const { runId } = await queue.submit({ nodes: [{ task: "t" }, { task: "t" }] });
      await drain(queue);
      await queue.enqueue({ task: "t", queue: "later" });
      armed = true;
      const purged = await queue.purge({ olderThanMs: 0 }).then(
        () => true,
        () => false,
      );
      expect(purged).toBe(step === "lane.committed");
      expect(await states(queue)).toEqual(
        purged ? ["3 pending"] : ["1 done", "2 done", "3 pending"],
      );
      expect(await queue.selfCheck()).toMatchObject({ equal: true });
      if (purged) await expect(queue.run(runId)).rejects.toMatchObject({ code: "UNKNOWN_RUN" });
      else expect(await queue.enqueue({ task: "t", dependsOn: [1] })).toBe(4);
    },
  );

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

describe("Q14: an archive", () => {
  it("Q14: holds all rows of what was deleted, as Parquet in the folder that was allowed", async () => {
    const archiveFolder = join(dirname(bench.path), "archive");
    const queue = await openWithTasks({ archiveFolder });
    await queue.submit({
      name: "etl",
      nodes: [
        { name: "a", task: "t" },
        { name: "b", task: "t" },
      ],
      edges: [["b", "a"]],
    });
    await drain(queue);
    const { archived } = await queue.purge({ olderThanMs: 0 });
    expect(archived).toHaveLength(1);
    expect(readdirSync(archiveFolder).map((name) => join(archiveFolder, name))).toEqual(archived);
    expect(readdirSync(archived[0] as string).sort()).toEqual([
      "dag_runs.parquet",
      "job_dependencies.parquet",
      "job_options.parquet",
      "jobs.parquet",
      "transitions.parquet",
    ]);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const read = await connection.run(
      `SELECT j.name, t.payload FROM read_parquet('${archived[0]}/jobs.parquet') j JOIN read_parquet('${archived[0]}/transitions.parquet') t ON t.job_id = j.id AND t.state = 3 ORDER BY j.id`,
    );
    expect(await read.getRowObjectsJS()).toEqual([
      { name: "a", payload: '"result"' },
      { name: "b", payload: '"result"' },
    ]);
    connection.closeSync();
    instance.closeSync();
    expect(await queue.purge({ olderThanMs: 0 })).toEqual({ jobs: 0, runs: 0, archived: [] });
  });

  it("Q14: of a purge that failed is removed, and the rows are there", async () => {
    const archiveFolder = join(dirname(bench.path), "archive");
    let armed = false;
    const queue = await openWithTasks({
      archiveFolder,
      gate: async (point) => {
        if (armed && point === "lane.commit") throw new Error("planted");
      },
    });
    await queue.enqueue({ task: "t" });
    await drain(queue);
    armed = true;
    await expect(queue.purge({ olderThanMs: 0 })).rejects.toThrow("planted");
    armed = false;
    expect(readdirSync(archiveFolder)).toEqual([]);
    expect(await states(queue)).toEqual(["1 done"]);
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

  it("Q14: keeps no more than retentionJobs and a slack, so that file, log and memory stay in bounds", async () => {
    const queue = await openWithTasks({
      config: { retentionJobs: 1_000, checkpointBytes: 1_048_576, backpressureRefuseJobs: 10_000 },
    });
    const sizes: number[] = [];
    queue.worker({ concurrency: 500 }).start();
    for (let cycle = 0; cycle < 16; cycle++) {
      await queue.enqueueAll(Array.from({ length: 5_000 }, () => ({ task: "t", args: { cycle } })));
      await queue.idle();
      await queue.enqueue({ task: "t" });
      sizes.push(statSync(bench.path).size);
    }
    await queue.idle();
    await queue.purge({ keepJobs: 1_000 });
    expect(await rows(queue)).toMatchObject({ jobs: 1_000, transitions: 2_000 });
    const [warm, end] = [Math.max(...sizes.slice(0, 8)), Math.max(...sizes.slice(8))];
    expect(end / warm).toBeLessThan(1.5);
    expect(await queue.selfCheck()).toMatchObject({ equal: true });
  });
});

describe("Q14: compact", () => {
  it("Q14: makes the file as small as its rows, while work goes on", async () => {
    const queue = await openWithTasks();
    const { runId } = await queue.submit({
      nodes: Array.from({ length: 60_000 }, (_, i) => ({ task: "t", args: { i } })),
    });
    queue.worker({ concurrency: 1_000 }).start();
    await queue.waitForRun(runId);
    const open = await queue.submit({
      nodes: Array.from({ length: 50 }, () => ({ task: "t", queue: "later" })),
    });
    await queue.purge({ olderThanMs: 0 });
    const reads = Array.from({ length: 5 }, () => queue.sql("SELECT count(*)::INT AS n FROM jobs"));
    const [{ beforeBytes, afterBytes }, , ...counts] = await Promise.all([
      queue.compact(),
      queue.enqueue({ task: "t", queue: "later" }),
      ...reads,
    ]);
    expect(afterBytes).toBeLessThan(beforeBytes / 2);
    for (const [row] of counts) expect([50, 51]).toContain(row?.["n"]);
    expect(existsSync(`${bench.path}.compact`)).toBe(false);
    queue.worker({ queues: ["later"] }).start();
    expect(await queue.waitForRun(open.runId)).toMatchObject({ done: 50 });
    await queue.idle();
    await queue.close();
    const again = await openWithTasks();
    expect(
      await again.sql("SELECT count(*)::INT AS n FROM job_state WHERE state = 'done'"),
    ).toEqual([{ n: 51 }]);
    expect(await again.sql("SELECT * FROM critical_path")).toHaveLength(1);
  });

  it.each(["compact.copy", "compact.exchange", "compact.exchanged"] as const)(
    "Q14: that fails at %s leaves a queue that goes on",
    async (step) => {
      let armed = true;
      const queue = await openWithTasks({
        gate: async (point) => {
          if (!armed || point !== step) return;
          armed = false;
          throw new Error("planted");
        },
      });
      await queue.enqueue({ task: "t" });
      await expect(queue.compact()).rejects.toThrow("planted");
      await queue.enqueue({ task: "t" });
      await drain(queue);
      expect(await states(queue)).toEqual(["1 done", "2 done"]);
      await queue.compact();
      expect(await states(queue)).toEqual(["1 done", "2 done"]);
      expect(readdirSync(dirname(bench.path)).sort()).toEqual(["queue.db", "queue.db.lock"]);
    },
  );

  it("Q14: of a queue in memory has nothing to do", async () => {
    const queue = await openWithTasks({ path: ":memory:" });
    expect(await queue.compact()).toEqual({ beforeBytes: 0, afterBytes: 0 });
  });
});

describe("Q7: purge of dead letters", () => {
  it("Q7: deletes the jobs that failed for good and nothing else", async () => {
    const queue = await openWithTasks();
    await queue.enqueue({ task: "t" });
    await queue.enqueue({ task: "bad", maxAttempts: 1 });
    await drain(queue);
    expect(await states(queue)).toEqual(["1 done", "2 failed"]);
    await queue.deadLetters.purge();
    expect(await states(queue)).toEqual(["1 done"]);
    expect(await queue.deadLetters.list()).toEqual([]);
  });
});
