/** Events of two connections: what one operation saw of another is told after it, whichever is answered first. */
import pg from "pg";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { EventFeed } from "../../src/store/postgres/event-feed.ts";
import { latch } from "../support/open-queue.ts";

let clients: pg.Client[] = [];

beforeEach(async () => {
  clients = [1, 2].map(() => new pg.Client(inject("postgresUrl")));
  await Promise.all(clients.map((client) => client.connect()));
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
});

/** Tells an event of a job, as the triggers do. */
async function tell(client: pg.Client, type: number, jobId: number): Promise<void> {
  const told = [type, jobId, 0, "default", "ok", 1, 1, 0, 0, 0, null, null, null];
  await client.query(
    `DO $$ BEGIN RAISE NOTICE USING ERRCODE = 'QM100', MESSAGE = '${JSON.stringify(told)}'; END $$`,
  );
}

it("a claim is told after the submit whose answer is still on its way", async () => {
  const [submitting, claiming] = clients as [pg.Client, pg.Client];
  const feed = new EventFeed();
  const seen: string[] = [];
  feed.add({
    jobs: (events) => void seen.push(...events.map(({ type, jobId }) => `${jobId} ${type}`)),
    run: () => undefined,
  });
  const told = latch();
  const answer = latch();
  const submit = feed.around(submitting, async () => {
    await tell(submitting, 1, 7);
    told.open();
    await answer.opened;
  });
  await told.opened;
  await feed.around(claiming, () => tell(claiming, 2, 7));
  expect(seen).toEqual([]);
  answer.open();
  await submit;
  await feed.around(claiming, () => tell(claiming, 3, 7));
  expect(seen).toEqual(["7 ready", "7 claimed", "7 done"]);
});

it("an operation that fails tells nothing and holds nobody up", async () => {
  const [failing, claiming] = clients as [pg.Client, pg.Client];
  const feed = new EventFeed();
  const seen: number[] = [];
  feed.add({
    jobs: (events) => void seen.push(...events.map(({ jobId }) => jobId)),
    run: () => undefined,
  });
  const told = latch();
  const answer = latch();
  const failed = feed.around(failing, async () => {
    await tell(failing, 1, 7);
    told.open();
    await answer.opened;
    throw new Error("rolled back");
  });
  await told.opened;
  await feed.around(claiming, () => tell(claiming, 1, 8));
  answer.open();
  await expect(failed).rejects.toThrow("rolled back");
  await feed.around(claiming, () => tell(claiming, 1, 9));
  expect(seen).toEqual([8, 9]);
});
