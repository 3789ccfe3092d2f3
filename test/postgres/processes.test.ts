/** `drain` by several processes: each job is settled once by one of them, and a process that cannot open the queue ends the trial. */
import { expect, it } from "vitest";
import { generateDag } from "../../src/scenario/generate-dag.ts";
import { drainWorkload } from "../../src/scenario/workloads/drain.ts";
import { queueBench } from "../support/open-queue.ts";
import { workloadRun } from "../support/workload-run.ts";

const bench = queueBench();

it("three processes drain a DAG together: every job once, parents first, and what they did adds up", async () => {
  const { run } = workloadRun("", {
    databasePath: bench.place.url as string,
    dag: generateDag("layered", 600, 1),
    parameters: { processes: 3, concurrency: 20, claimBatch: 20 },
  });
  const figures = await drainWorkload(run);
  // One commit of ours is the submit; theirs settle at most 20 jobs each.
  expect(figures["commits"]).toBeGreaterThan(600 / 20);
  expect(figures).toMatchObject({ jobs: 600, transitionsPerJob: 2 });
  const queue = await bench.open();
  expect(await queue.audit()).toMatchObject({ jobs: 600, doneOnce: true, ordered: true });
  const [row] = await queue.sql(
    "SELECT count(DISTINCT worker)::INT AS workers FROM attempts WHERE outcome = 'done'",
  );
  expect([1, 2, 3]).toContain(row?.["workers"]);
});
