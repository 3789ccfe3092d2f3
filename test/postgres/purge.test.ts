/** Q14 among several processes: a purge in slices beside others who come to depend on what it deletes, and the space after it. */
import { expect, it } from "vitest";
import { queueBench } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();
const JOBS = 12_000;
const KEPT = 1_000;

it("Q14: a purge beside others who depend on ended jobs leaves no edge without its job, and the tables can shrink", async () => {
  const config = { backpressureRefuseJobs: 20_000 };
  const queue = await bench.open({ config });
  const other = await bench.open({ config });
  for (const opened of [queue, other]) opened.task("t", () => "result");
  for (let batch = 0; batch < JOBS / 6_000; batch++)
    await queue.enqueueAll(Array.from({ length: 6_000 }, () => ({ task: "t" })));
  const worker = queue.worker({ concurrency: 1_000 });
  worker.start();
  await queue.idle();
  await worker.stop();
  let isOver = false;
  const purging = queue.purge({ keepJobs: KEPT }).finally(() => {
    isOver = true;
  });
  let [accepted, unknown] = [0, 0];
  for (let id = 1; !isOver; id = (id + 997) % JOBS)
    await other.enqueue({ task: "t", queue: "later", dependsOn: [id + 1] }).then(
      () => accepted++,
      ({ code }) => {
        expect(code).toBe("UNKNOWN_PARENT");
        unknown++;
      },
    );
  const { jobs } = await purging;
  // What somebody came to depend on before its slice stays.
  expect(jobs).toBeGreaterThan(JOBS - KEPT - accepted - 1);
  expect(accepted + unknown).toBeGreaterThan(0);
  const [row] = await queue.sql(
    "SELECT count(*)::INT AS edges, count(j.id)::INT AS parents FROM job_dependencies d LEFT JOIN jobs j ON j.id = d.parent_job_id",
  );
  expect(row).toEqual({ edges: accepted, parents: accepted });
  const { beforeBytes, afterBytes } = await queue.compact();
  expect(afterBytes).toBeLessThan(beforeBytes / 2);
  expect(await queue.selfCheck()).toMatchObject({ equal: true });
});

it("Q14: retentionJobs bounds what is kept, whichever process ends the jobs", async () => {
  const config = { retentionJobs: 1_000, backpressureRefuseJobs: 20_000 };
  const queue = await bench.open({ config });
  queue.task("t", () => null);
  queue.worker({ concurrency: 1_000 }).start();
  await queue.enqueueAll(Array.from({ length: 15_000 }, () => ({ task: "t" })));
  await queue.idle();
  // Retention goes on beside the queue; after it come at most as many jobs as it lets pass.
  await until(async () => (await queue.counts()).jobs <= 6_000);
  await queue.purge({ keepJobs: 1_000 });
  expect((await queue.counts()).jobs).toBe(1_000);
});
