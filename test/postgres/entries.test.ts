/** Enqueues that share a commit: each hears of its own errors only, and a lost connection neither loses nor doubles one. */
import { expect, inject, it } from "vitest";
import { openCutter } from "../../src/store/postgres/cut-connections.ts";
import { queueBench, states } from "../support/open-queue.ts";

const bench = queueBench();
const NOTHING = { task: "nothing" };

it("an error of the server reaches the caller whose job it is about, and nobody else", async () => {
  const queue = await bench.open();
  queue.task("nothing", () => undefined);
  await queue.enqueue(NOTHING);
  const [claim] = await queue.claims.claim();
  // PostgreSQL stores no NUL character.
  const answers = await Promise.allSettled([
    queue.enqueue(NOTHING),
    queue.enqueue({ ...NOTHING, queue: "a\0b" }),
    queue.enqueue(NOTHING),
    queue.claims.ack(claim as never, "good"),
    queue.claims.claim({ limit: 9 }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
    "fulfilled",
  ]);
  expect(answers[1]).toMatchObject({ reason: { message: expect.stringContaining("0x00") } });
  expect(await states(queue)).toEqual(["1 done", "2 claimed", "3 claimed"]);
});

it("calls that share commits are stored once each while connections are cut", async () => {
  const queue = await bench.open();
  queue.task("nothing", () => undefined);
  const cutter = await openCutter(`${inject("postgresUrl")}?schema=cut_${process.pid}`);
  const ids: number[] = [];
  let cuts = 0;
  for (let wave = 0; wave < 40; wave++) {
    const calls = Array.from({ length: 25 }, (_, n) =>
      queue.enqueue({ ...NOTHING, args: { n: wave * 25 + n } }),
    );
    if (wave % 2 === 1) {
      await new Promise((resolve) => setTimeout(resolve, (wave * 7) % 5));
      if (await cutter.cut(wave)) cuts++;
    }
    ids.push(...(await Promise.all(calls)));
  }
  await cutter.close();
  expect(cuts).toBe(20);
  expect(new Set(ids).size).toBe(1_000);
  const [row] = await queue.sql(
    "SELECT count(*)::INT AS jobs, count(DISTINCT args)::INT AS args FROM jobs",
  );
  expect(row).toEqual({ jobs: 1_000, args: 1_000 });
});
