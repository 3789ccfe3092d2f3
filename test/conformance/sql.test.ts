/** Q15 on every store: the views answer with what happened, and the window reads and nothing else. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Queue } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();
let queue: Queue;
let runId: number;

/** A run of four steps, a dead letter, and a job that waits. */
beforeEach(async () => {
  queue = await bench.open({ config: { maxReadMs: 2_000, maxReadRows: 1_000 } });
  queue.task("step", async ({ ms }: { ms: number }) => bench.clock.advance(ms));
  queue.task("bad", () => {
    throw new Error("no");
  });
  const step = (name: string, ms: number) => ({ name, task: "step", args: { ms } });
  const worker = queue.worker({ concurrency: 1, claimBatch: 1 });
  ({ runId } = await queue.submit({
    name: "etl",
    nodes: [step("load", 10), step("short", 5), step("long", 70), step("join", 20)],
    edges: [
      ["short", "load"],
      ["long", "load"],
      ["join", "short"],
      ["join", "long"],
    ],
  }));
  const bad = await queue.submit({ nodes: [{ name: "bad", task: "bad", maxAttempts: 1 }] });
  worker.start();
  await queue.waitForRun(runId);
  await queue.waitForRun(bad.runId);
  await worker.stop();
  await queue.enqueue({ task: "step", args: { ms: 1 }, queue: "later" });
});

describe("Q15: the views", () => {
  it("Q15: job_state, attempts, dead_letter_queue, dag_run_stats and queue_latency answer with what happened", async () => {
    const ask = (text: string) => queue.sql(text);
    expect(await ask("SELECT id::INT AS id, name, state FROM job_state ORDER BY id")).toEqual([
      { id: 1, name: "load", state: "done" },
      { id: 2, name: "short", state: "done" },
      { id: 3, name: "long", state: "done" },
      { id: 4, name: "join", state: "done" },
      { id: 5, name: "bad", state: "failed" },
      { id: 6, name: null, state: "pending" },
    ]);
    expect(
      await ask("SELECT job_id::INT AS id, attempt, outcome FROM attempts ORDER BY id"),
    ).toEqual(
      ["done", "done", "done", "done", "failed"].map((outcome, at) => ({
        id: at + 1,
        attempt: 1,
        outcome,
      })),
    );
    expect(await ask("SELECT id::INT AS id, attempt FROM dead_letter_queue")).toEqual([
      { id: 5, attempt: 1 },
    ]);
    expect(
      await ask(
        "SELECT name, jobs::INT AS jobs, done::INT AS done, failed::INT AS failed FROM dag_run_stats ORDER BY id",
      ),
    ).toEqual([
      { name: "etl", jobs: 4, done: 4, failed: 0 },
      { name: null, jobs: 1, done: 0, failed: 1 },
    ]);
    const waits = await ask("SELECT wait_ms::INT AS ms FROM queue_latency ORDER BY job_id");
    expect(waits.map(({ ms }) => ms)).toEqual([0, 0, 5, 0, 105]);
  });

  it("Q15: critical_path goes through the parent that ended last, and its shares add up to the run", async () => {
    expect(
      await queue.sql(
        "SELECT step::INT AS step, name, state, run_ms::INT AS run_ms, share_ms::INT AS share_ms FROM critical_path WHERE run_id = $run ORDER BY step",
        { run: runId },
      ),
    ).toEqual([
      { step: 1, name: "load", state: "done", run_ms: 10, share_ms: 10 },
      { step: 2, name: "long", state: "done", run_ms: 70, share_ms: 75 },
      { step: 3, name: "join", state: "done", run_ms: 20, share_ms: 20 },
    ]);
  });
});

describe("Q15: the window", () => {
  it("Q15: takes a comment, a trailing semicolon, common table expressions, and parameters that are never text", async () => {
    const one = [{ n: 1 }];
    expect(await queue.sql("-- one; or two\nSELECT 1 AS n;")).toEqual(one);
    expect(await queue.sql("WITH d AS (SELECT 1 AS n) SELECT n FROM d")).toEqual(one);
    const text = "SELECT count(*)::INT AS n FROM jobs WHERE name = $name";
    expect(await queue.sql(text, { name: "load" })).toEqual(one);
    expect(await queue.sql(text, { name: "' OR true --" })).toEqual([{ n: 0 }]);
  });

  it.each([
    ["INSERT", "INSERT INTO schema_version VALUES (99)"],
    ["DELETE", "DELETE FROM job_dependencies"],
    [
      "a write behind a CTE",
      "WITH x AS (DELETE FROM job_dependencies RETURNING 1) SELECT * FROM x",
    ],
    ["DROP", "DROP VIEW job_state"],
    ["a second statement", "SELECT 1; DELETE FROM job_dependencies"],
    ["the end of its transaction", "COMMIT; DELETE FROM job_dependencies"],
    ["SET", "SET search_path = public"],
    ["COPY", "COPY job_dependencies TO 'stolen.csv'"],
    ["EXPLAIN", "EXPLAIN SELECT 1"],
    ["a query that makes a table", "CREATE TABLE mine AS SELECT 1"],
  ])("Q15: refuses %s, and changes nothing", async (_, text) => {
    const before = await queue.counts();
    const refusal = { name: "InputError" };
    await expect(queue.sql(text)).rejects.toMatchObject(refusal);
    expect(await queue.counts()).toEqual(before);
    expect(await queue.sql("SELECT count(*)::INT AS n FROM job_dependencies")).toEqual([{ n: 4 }]);
  });

  it("Q15: tells what does not parse, and ends an answer with too many rows", async () => {
    await expect(queue.sql("SELECT nothing FROM jobs")).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("nothing"),
    });
    const many = "SELECT a.id FROM jobs a, jobs b, jobs c, jobs d";
    await expect(queue.sql(many)).rejects.toMatchObject({
      code: "READ_LIMIT",
      message: expect.stringContaining("maxReadRows"),
    });
    await expect(queue.sql(`${many} LIMIT 1000`)).resolves.toHaveLength(1_000);
  });
});
