/** What a process must live through: a full disk, and a stop that is longer than its leases. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { queueBench } from "../support/open-queue.ts";
import { otherProcess } from "../support/other-process.ts";

const bench = queueBench();

it("S3: on a full disk every enqueue is refused whole and nothing stored before is lost; with room again all goes on", async () => {
  const { child, said } = await otherProcess("fills-its-disk.mjs", [bench.path, "60"], {
    fileBlocks: 400,
  });
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode).toBe(0);
  const stored = said["stored"] as number[];
  // A job of ten kilobytes takes its place once in the log: some fit into 400 kB, and from there on none.
  expect(stored).toEqual(Array.from({ length: stored.length }, (_, i) => i + 1));
  expect(stored.length).toBeGreaterThan(0);
  expect(said["refused"]).toEqual(
    Array.from({ length: 60 - stored.length }, () => "NOT_COMMITTED"),
  );
  expect(said["ready"]).toBe(stored.length);
  const queue = await bench.open({ clock: systemClock });
  expect(queue.repair).toBeNull();
  expect(await queue.selfCheck()).toMatchObject({ equal: true });
  const ids = await queue.sql("SELECT id::INT AS id FROM jobs ORDER BY id");
  expect(ids.map(({ id }) => id)).toEqual(stored);
  queue.task("t", async () => null);
  const next = await queue.enqueue({ task: "t" });
  // No id of a refused job is given out again to somebody who could take it for the other.
  expect(next).toBeGreaterThan(stored.length);
  queue.worker().start();
  await queue.idle();
  expect(await queue.audit()).toMatchObject({
    jobs: stored.length + 1,
    doneOnce: true,
    violations: [],
  });
});

it("Q5: a process that is stopped past its leases renews what runs before it judges, and does nothing twice", async () => {
  const leaseMs = 200;
  const { child, said, next } = await otherProcess("stands-still.mjs", [
    bench.path,
    String(leaseMs),
  ]);
  expect(said).toEqual({ started: [1, 1], claimed: [2, 1] });
  child.kill("SIGSTOP");
  await sleep(3 * leaseMs);
  child.kill("SIGCONT");
  // The claim that nobody renews shows that the time has passed: it has run out, and its late ack is refused.
  expect(await next()).toEqual({ lost: 2, ack: "STALE_TOKEN", starts: 1 });
  child.stdin?.write("finish\n");
  expect(await next()).toEqual({ done: [1, 1], starts: 1 });
  if (child.exitCode === null) await once(child, "exit");
  const queue = await bench.open({ clock: systemClock });
  const { state, attempts } = (await queue.job(1)) ?? {};
  expect([state, attempts?.map(({ attempt, outcome }) => [attempt, outcome])]).toEqual([
    "done",
    [[1, "done"]],
  ]);
  const other = (await queue.job(2))?.attempts;
  expect(other).toMatchObject([{ attempt: 1, cause: "lostLease" }]);
});
