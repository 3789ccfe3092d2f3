/** A queue moves from a DuckDB file to PostgreSQL and goes on there. */
import { expect, it, vi } from "vitest";
import { expand, moveQueue, type Queue } from "../../src/engine/index.ts";
import { queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();
const SILENT = (): void => undefined;

function addTasks(queue: Queue): void {
  queue.task("value", (args: unknown) => args);
  queue.task("fail", () => {
    throw new Error("no");
  });
  queue.task("sub", () => expand({ nodes: [{ task: "value", args: 7 }], name: "inner" }));
}

/** A file with jobs in every state, and what is in it. */
async function fillFile(): Promise<{ states: string[]; letters: unknown; results: unknown }> {
  const queue = await bench.open({ path: bench.path });
  addTasks(queue);
  const one = { maxAttempts: 1 };
  await queue.submit({
    name: "mixed",
    nodes: [
      { name: "a", task: "value", args: { text: 'tab\tand \\ and "quotes"' } },
      { name: "b", task: "fail", ...one },
      { name: "c", task: "value" },
      { name: "d", task: "value", trigger: "one_success" },
      { name: "e", task: "sub" },
      { name: "late", task: "value", queue: "other" },
      { name: "last", task: "value" },
    ],
    edges: [
      ["c", "b"],
      ["d", "a"],
      ["d", "late"],
      ["last", "late"],
      ["last", "e"],
    ],
  });
  await queue.enqueueAll([
    { task: "fail", maxAttempts: 3, backoffMs: 60_000 },
    { task: "value", delayMs: 3_600_000, uniqueKey: "k" },
  ]);
  queue.worker().start();
  // One job is ready in a queue that nobody works on.
  await vi.waitUntil(async () => {
    const now = await states(queue);
    return now.includes("5 done") && now.includes("8 delayed");
  });
  await queue.pause("paused");
  const before = await states(queue);
  const letters = await queue.deadLetters.list();
  const results = await queue.sql(
    "SELECT job_id::INTEGER AS id, state, payload FROM transitions ORDER BY seq",
  );
  await queue.close();
  return { states: before, letters, results };
}

it("moves jobs, attempts, results and ids, goes on after an interruption, and drains what was left", async () => {
  const before = await fillFile();
  const url = bench.place.url as string;
  const interrupted = moveQueue(bench.path, url, (table) => {
    if (table === "past_attempts") throw new Error("cut");
  });
  await expect(interrupted).rejects.toThrow("cut");
  await expect(bench.open()).rejects.toThrow(/is not finished; run the same bench migrate again/);
  const moved = await moveQueue(bench.path, url, SILENT);
  expect(moved.rows).toEqual({
    ended_jobs: 6,
    live_jobs: 4,
    past_attempts: 2,
    job_dependencies: 5,
    dag_runs: 2,
  });
  const queue = await bench.open();
  addTasks(queue);
  expect(await states(queue)).toEqual(before.states);
  expect(await queue.deadLetters.list()).toEqual(before.letters);
  expect(
    await queue.sql(
      "SELECT job_id::INTEGER AS id, state::INTEGER AS state, payload FROM transitions ORDER BY seq",
    ),
  ).toEqual(before.results);
  expect(await queue.selfCheck()).toMatchObject({ equal: true });
  await expect(queue.enqueue({ task: "value", uniqueKey: "k" })).rejects.toMatchObject({
    code: "DUPLICATE_JOB",
  });
  expect(await queue.enqueue({ task: "value", queue: "paused" })).toBe(11);
  expect(await queue.claims.claim({ queues: ["paused"] })).toEqual([]);
  queue.worker({ queues: ["default", "other"] }).start();
  expect(await queue.waitForRun(1)).toMatchObject({
    status: "failed",
    jobs: 7,
    done: 5,
    failed: 1,
    skipped: 1,
  });
  await expect(moveQueue(bench.path, url, SILENT)).rejects.toThrow(/holds jobs already/);
});
