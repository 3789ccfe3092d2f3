/** S1, S3: kill -9 of a real process at every step of the lane, of a checkpoint and of a compaction. */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { Queue } from "../../src/engine/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { queueBench } from "../support/open-queue.ts";
import { otherProcess } from "../support/other-process.ts";

const bench = queueBench();

/** Lets a process die at the step; returns the queue, opened again, and the jobs that were acknowledged. */
async function afterDeath(
  step: string,
  passes: number,
  operation: string,
  delayMs = 0,
): Promise<{ queue: Queue; acknowledged: number[] }> {
  const args = [bench.path, step, String(passes), operation, String(delayMs)];
  const { child, said } = await otherProcess("dies-at-step.mjs", args);
  const [code, signal] =
    child.exitCode === null && child.signalCode === null
      ? await once(child, "exit")
      : [child.exitCode, child.signalCode];
  expect([code, signal]).toEqual([null, "SIGKILL"]);
  const queue = await bench.open({ clock: systemClock });
  queue.task("t", async () => null);
  expect(queue.repair).toBeNull();
  expect(await queue.selfCheck()).toMatchObject({ equal: true });
  return { queue, acknowledged: said["ids"] as number[] };
}

const idsOf = async (queue: Queue, sql: string): Promise<number[]> =>
  (await queue.sql(`SELECT id::INT AS id FROM (${sql}) ORDER BY id`)).map(({ id }) => Number(id));
const JOBS = "SELECT id FROM jobs";
const GIVEN_TWICE = `SELECT 'job' AS what, id FROM jobs GROUP BY id HAVING count(*) > 1
  UNION ALL SELECT 'run', id FROM dag_runs GROUP BY id HAVING count(*) > 1
  UNION ALL SELECT 'seq', seq FROM (SELECT seq FROM transitions UNION ALL SELECT seq FROM control)
  GROUP BY seq HAVING count(*) > 1`;

/** Every job that is stored runs to its end, once. */
async function drains(queue: Queue): Promise<void> {
  queue.worker().start();
  await queue.idle();
  expect(queue.stats()).toMatchObject({ ready: 0, claimed: 0, delayed: 0 });
  expect(await queue.audit()).toMatchObject({ doneOnce: true, ordered: true, violations: [] });
}

describe("S1: a process that is killed in a batch of the lane", () => {
  it.each([
    ["before BEGIN", "lane.begin", 0],
    ["before the first table", "lane.append", 0],
    ["after jobs", "lane.append", 1],
    ["after jobs and options", "lane.append", 2],
    ["after jobs, options and edges", "lane.append", 3],
    ["before COMMIT", "lane.commit", 0],
  ])("S1: %s leaves nothing of the batch", async (_, step, passes) => {
    const { queue, acknowledged } = await afterDeath(step, passes, "enqueue");
    expect(acknowledged).toEqual([1, 2, 3]);
    expect(await idsOf(queue, JOBS)).toEqual([1, 2, 3]);
    expect(await queue.sql("SELECT * FROM job_options")).toEqual([]);
    expect(await queue.sql("SELECT * FROM job_dependencies")).toEqual([]);
    // The claim that was acknowledged is void; that of the batch never was.
    expect((await queue.job(1))?.attempts).toMatchObject([{ outcome: "released", cause: "crash" }]);
    expect((await queue.job(2))?.attempts).toEqual([]);
    await drains(queue);
  });

  it("S1: after COMMIT leaves all of it, though nobody was told", async () => {
    const { queue } = await afterDeath("lane.committed", 0, "enqueue");
    expect(await idsOf(queue, JOBS)).toEqual([1, 2, 3, 4]);
    expect((await queue.job(2))?.attempts).toMatchObject([{ outcome: "released", cause: "crash" }]);
    expect((await queue.job(4))?.state).toBe("blocked");
    await expect(queue.enqueue({ task: "t", uniqueKey: "k" })).rejects.toMatchObject({
      code: "DUPLICATE_JOB",
    });
    await drains(queue);
  });

  it.each([
    ["before BEGIN", "lane.begin", 1, []],
    ["before COMMIT", "lane.commit", 1, []],
    // The ids of a run are reserved before they are used: the first commit is the reservation's.
    ["between the commit that reserves its ids and its own", "lane.committed", 0, []],
    ["after COMMIT", "lane.committed", 1, [4, 5]],
  ])(
    "S1: %s of a submission leaves all of the run or nothing, and no id is given out twice",
    async (_, step, passes, stored) => {
      const { queue } = await afterDeath(step, passes, "submit");
      expect(await idsOf(queue, "SELECT id FROM jobs WHERE run_id > 0")).toEqual(stored);
      const [edges, runs] = [
        await queue.sql("SELECT * FROM job_dependencies"),
        await queue.sql("SELECT * FROM dag_runs"),
      ];
      expect([edges.length, runs.length]).toEqual(stored.length === 0 ? [0, 0] : [1, 1]);
      await queue.submit({ nodes: [{ task: "t" }, { task: "t" }] });
      await drains(queue);
      expect(await queue.sql(GIVEN_TWICE)).toEqual([]);
    },
  );
});

describe("S1: a process that is killed while it writes the file", () => {
  it.each([0, 1, 2, 3, 5, 8])(
    "S1: %d ms into a CHECKPOINT of ten megabytes loses nothing",
    async (delayMs) => {
      const { queue, acknowledged } = await afterDeath(
        "store.checkpoint",
        0,
        "checkpoint",
        delayMs,
      );
      expect(acknowledged).toHaveLength(1_003);
      expect(await idsOf(queue, JOBS)).toEqual(acknowledged);
    },
  );

  it.each([
    ["before the copy", "compact.copy"],
    ["when the copy is whole", "compact.exchange"],
    ["when the copy is in place", "compact.exchanged"],
  ])("S1: in compact, %s, loses nothing and leaves no copy", async (_, step) => {
    const { queue, acknowledged } = await afterDeath(step, 0, "compact");
    expect(await idsOf(queue, JOBS)).toEqual(acknowledged);
    await drains(queue);
    await queue.close();
    expect(readdirSync(dirname(bench.path))).toEqual([basename(bench.path)]);
  });
});
