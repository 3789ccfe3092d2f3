/** Q15: the read-only SQL window, from the outside: what it answers, and all that it refuses. */
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Queue } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";

const bench = queueBench();
let queue: Queue;
let outside: string;
/** A run of three steps, a dead letter, and a job that waits. */
let runId: number;

beforeEach(async () => {
  queue = await bench.open({ config: { maxReadMs: 5_000, maxReadRows: 1_000 } });
  outside = join(dirname(bench.path), "secret.csv");
  writeFileSync(outside, "a,b\n1,2\n");
  queue.task("step", async ({ ms }: { ms: number }) => bench.clock.advance(ms));
  queue.task("bad", () => {
    throw new Error("no");
  });
  const step = (name: string, ms: number) => ({ name, task: "step", args: { ms } });
  const worker = queue.worker({ concurrency: 1, claimBatch: 1 });
  const receipt = await queue.submit({
    name: "etl",
    nodes: [step("load", 10), step("short", 5), step("long", 70), step("join", 20)],
    edges: [
      ["short", "load"],
      ["long", "load"],
      ["join", "short"],
      ["join", "long"],
    ],
  });
  runId = receipt.runId;
  const bad = await queue.submit({ nodes: [{ name: "bad", task: "bad", maxAttempts: 1 }] });
  worker.start();
  await queue.waitForRun(runId);
  await queue.waitForRun(bad.runId);
  await worker.stop();
  await queue.enqueue({ task: "step", args: { ms: 1 }, queue: "later" });
});

afterEach(() => queue.close());

describe("Q15: the views", () => {
  it("Q15: job_state, attempts, dead_letter_queue, dag_run_stats and queue_latency answer with what happened", async () => {
    expect(await queue.sql("SELECT id::INT AS id, name, state FROM job_state ORDER BY id")).toEqual(
      [
        { id: 1, name: "load", state: "done" },
        { id: 2, name: "short", state: "done" },
        { id: 3, name: "long", state: "done" },
        { id: 4, name: "join", state: "done" },
        { id: 5, name: "bad", state: "failed" },
        { id: 6, name: null, state: "pending" },
      ],
    );
    expect(
      await queue.sql(
        "SELECT job_id::INT AS id, attempt, outcome, epoch_ms(ended_at - claimed_at)::INT AS ms FROM attempts ORDER BY id",
      ),
    ).toEqual([
      { id: 1, attempt: 1, outcome: "done", ms: 10 },
      { id: 2, attempt: 1, outcome: "done", ms: 5 },
      { id: 3, attempt: 1, outcome: "done", ms: 70 },
      { id: 4, attempt: 1, outcome: "done", ms: 20 },
      { id: 5, attempt: 1, outcome: "failed", ms: 0 },
    ]);
    expect(
      await queue.sql("SELECT id::INT AS id, error->>'message' AS error FROM dead_letter_queue"),
    ).toEqual([{ id: 5, error: "no" }]);
    expect(
      await queue.sql(
        "SELECT name, jobs::INT AS jobs, done::INT AS done, failed::INT AS failed FROM dag_run_stats ORDER BY id",
      ),
    ).toEqual([
      { name: "etl", jobs: 4, done: 4, failed: 0 },
      { name: null, jobs: 1, done: 0, failed: 1 },
    ]);
    expect(
      await queue.sql(
        "SELECT queue, list(wait_ms::INT ORDER BY job_id) AS ms FROM queue_latency GROUP BY queue",
      ),
    ).toEqual([{ queue: "default", ms: [0, 0, 5, 0, 105] }]);
  });

  it("Q15: critical_path goes through the parent that ended last, and its shares add up to the run", async () => {
    expect(
      await queue.sql(
        "SELECT step::INT AS step, name, run_ms::INT AS run_ms, share_ms::INT AS share_ms FROM critical_path WHERE run_id = $run ORDER BY step",
        { run: runId },
      ),
    ).toEqual([
      { step: 1, name: "load", run_ms: 10, share_ms: 10 },
      { step: 2, name: "long", run_ms: 70, share_ms: 75 },
      { step: 3, name: "join", run_ms: 20, share_ms: 20 },
    ]);
  });
});

describe("Q15: the window answers", () => {
  it.each([
    ["an aggregate", "SELECT count(*)::INT AS n FROM transitions WHERE state = 3", [{ n: 4 }]],
    ["a list of tables", "SELECT count(*)::INT AS n FROM (SHOW TABLES)", [{ n: 13 }]],
    [
      "common table expressions and windows",
      "WITH d AS (SELECT id FROM jobs WHERE run_id = 1) SELECT max(n)::INT AS n FROM (SELECT row_number() OVER (ORDER BY id) AS n FROM d)",
      [{ n: 4 }],
    ],
    [
      "a recursive query",
      "WITH RECURSIVE up(id) AS (SELECT 4 UNION SELECT d.parent_job_id FROM job_dependencies d JOIN up ON d.child_job_id = up.id) SELECT count(*)::INT AS n FROM up",
      [{ n: 4 }],
    ],
    ["a trailing semicolon and a comment", "SELECT 1 AS n; -- one; or two", [{ n: 1 }]],
    ["semicolons that end nothing", "SELECT ';' AS s /* ; */ -- ;", [{ s: ";" }]],
    ["an order that stays", "SELECT id::INT AS id FROM jobs ORDER BY id DESC LIMIT 1", [{ id: 6 }]],
  ])("Q15: %s", async (_, text, rows) => {
    expect(await queue.sql(text)).toEqual(rows);
  });

  it("Q15: parameters by name, which are never text of the query", async () => {
    const text = "SELECT count(*)::INT AS n FROM jobs WHERE name = $name";
    expect(await queue.sql(text, { name: "load" })).toEqual([{ n: 1 }]);
    expect(await queue.sql(text, { name: "' OR true --" })).toEqual([{ n: 0 }]);
  });
});

describe("Q15: the window refuses", () => {
  it.each([
    ["INSERT", "INSERT INTO jobs SELECT * FROM jobs"],
    ["UPDATE", "UPDATE jobs SET priority = 100"],
    ["DELETE", "DELETE FROM transitions"],
    ["a write behind a CTE", "WITH x AS (SELECT 1) DELETE FROM jobs"],
    ["DROP", "DROP VIEW job_state"],
    ["CREATE", "CREATE TABLE mine(i INT)"],
    ["a second statement", "SELECT 1; DELETE FROM jobs"],
    ["the end of its transaction", "COMMIT; INSERT INTO schema_version VALUES (99, NULL)"],
    ["SET", "SET memory_limit = '1GB'"],
    ["PRAGMA", "PRAGMA database_list"],
    ["ATTACH", "ATTACH ':memory:' AS other"],
    ["DETACH", "DETACH queue"],
    ["COPY", "COPY jobs TO 'stolen.csv'"],
    ["EXPORT", "EXPORT DATABASE 'stolen'"],
    ["INSTALL", "INSTALL httpfs"],
    ["CHECKPOINT", "CHECKPOINT"],
    ["read_text", "SELECT * FROM read_text('secret.csv')"],
    ["read_blob of the database itself", "SELECT * FROM read_blob('queue.db')"],
    ["read_csv", "SELECT * FROM read_csv('secret.csv')"],
    ["glob", "SELECT * FROM glob('*')"],
    ["a file as a table", "SELECT * FROM 'secret.csv'"],
    ["a file in a subquery", "SELECT (SELECT count(*) FROM read_text('secret.csv'))"],
    ["settings", "SELECT * FROM duckdb_settings()"],
    ["a setting", "SELECT current_setting('temp_directory')"],
    ["secrets", "SELECT * FROM duckdb_secrets()"],
    ["the environment", "SELECT getenv('HOME')"],
    ["a query in a text", "SELECT * FROM query('SELECT 1')"],
    ["a table in a text", "SELECT * FROM query_table('jobs')"],
    ["a sequence's next value", "SELECT nextval('s')"],
    ["a table that is not there", "SELECT * FROM no_such_table"],
    ["another catalogue", "SELECT * FROM system.main.duckdb_logs"],
    ["EXPLAIN", "EXPLAIN SELECT 1"],
    ["CALL", "CALL pragma_version()"],
    ["a NUL character", "SELECT 1\0; DELETE FROM jobs"],
  ])("Q15: %s", async (_, text) => {
    const before = await queue.counts();
    await expect(queue.sql(text)).rejects.toMatchObject({
      name: "InputError",
      code: "READ_ONLY",
      message: expect.stringMatching(/^The SQL window /),
    });
    expect(await queue.counts()).toEqual(before);
  });

  it("Q15: text that does not parse, and columns that are not there, in the words of the database", async () => {
    await expect(queue.sql("SELEC 1")).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(/^The query does not parse: /),
    });
    await expect(queue.sql("SELECT nothing FROM jobs")).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(/"nothing" not found/),
    });
  });

  it("Q15: files, from views and macros of the file too, because the instance is shut in", async () => {
    await expect(queue.sql("SELECT * FROM job_state, (FROM range(3))")).resolves.toHaveLength(18);
    await expect(queue.sql(`SELECT * FROM read_csv('${outside}')`)).rejects.toMatchObject({
      code: "READ_ONLY",
    });
    expect(existsSync("stolen.csv")).toBe(false);
  });

  it("Q15: an answer with more rows than maxReadRows", async () => {
    await expect(queue.sql("SELECT * FROM range(1000)")).resolves.toHaveLength(1000);
    await expect(queue.sql("SELECT * FROM range(1001)")).rejects.toMatchObject({
      code: "READ_LIMIT",
      message: expect.stringContaining("maxReadRows"),
    });
  });

  it("Q15: a query that runs longer than maxReadMs, which is stopped, while the next one is answered", async () => {
    const endless = queue.sql("SELECT count(*) FROM range(1000000000000) a, range(1000000) b");
    const stopped = expect(endless).rejects.toMatchObject({
      code: "READ_LIMIT",
      message: expect.stringContaining("maxReadMs"),
    });
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    while (!isStopped) {
      bench.clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stopped;
    expect(await queue.sql("SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });
});
