/** Jobs that are stored with the caller's own transaction, or not at all. */
import pg from "pg";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();
let client: pg.Client;

beforeEach(async () => {
  client = new pg.Client(inject("postgresUrl"));
  await client.connect();
});

afterEach(async () => {
  await client.end();
});

const NOTHING = { task: "nothing" };

it("stores jobs and runs with the caller's commit, and wakes a worker then", async () => {
  const queue = await bench.open();
  queue.task("nothing", () => undefined);
  queue.worker().start();
  await client.query("BEGIN");
  const { jobIds } = await queue.enqueueAll([NOTHING, NOTHING], { client });
  const { runId, firstJobId } = await queue.submit({
    nodes: [NOTHING, NOTHING],
    edges: [[1, 0]],
    client,
  });
  expect([...jobIds, firstJobId]).toEqual([1, 2, 3]);
  expect(await queue.counts()).toMatchObject({ jobs: 0, edges: 0 });
  await client.query("COMMIT");
  expect(await queue.waitForRun(runId)).toMatchObject({ status: "done", done: 2 });
  await queue.idle();
  expect(await states(queue)).toEqual(["1 done", "2 done", "3 done", "4 done"]);
});

it("stores nothing when the caller rolls back", async () => {
  const queue = await bench.open();
  queue.task("nothing", () => undefined);
  await client.query("BEGIN");
  await queue.enqueue({ ...NOTHING, uniqueKey: "k" }, { client });
  await client.query("ROLLBACK");
  expect(await queue.counts()).toMatchObject({ jobs: 0 });
  expect(await queue.enqueue({ ...NOTHING, uniqueKey: "k" })).toBe(2);
});
