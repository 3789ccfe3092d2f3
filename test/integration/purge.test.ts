/** Q14 on a file: purges that fail, archives, compaction, and a file that stays in bounds. The rest is in conformance/purge.test.ts. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import type { GatePoint, Queue, QueueOptions } from "../../src/engine/index.ts";
import { queueBench, states } from "../support/open-queue.ts";
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

describe("Q14: a purge", () => {
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
