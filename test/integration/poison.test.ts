/** Q4: a job that kills its process is found out among the thousand that were claimed with it. */
import { once } from "node:events";
import { expect, it } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { STATE } from "../../src/model/job.ts";
import { queueBench } from "../support/open-queue.ts";
import { otherProcess } from "../support/other-process.ts";

const bench = queueBench();
const POISON = 500;

it("Q4: a poison job among 1,000 claimed ones is dead-lettered alone, and its 999 neighbours finish", {
  timeout: 180_000,
}, async () => {
  const ends: (string | null)[] = [];
  // The crash that voids all claims, three tries of the poison job alone, and the process that has nothing to fear.
  for (let process = 0; process < 5; process++) {
    const { child } = await otherProcess("takes-poison.mjs", [bench.path, String(POISON)]);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    ends.push(child.signalCode);
  }
  expect(ends).toEqual(["SIGKILL", "SIGKILL", "SIGKILL", "SIGKILL", null]);
  const queue = await bench.open({ clock: systemClock });
  expect(queue.repair).toBeNull();
  const dead = await queue.deadLetters.list();
  expect(dead.map(({ jobId, cause }) => [jobId, cause])).toEqual([[POISON, "crash"]]);
  const count = "SELECT state, count(*)::INT AS jobs FROM job_state GROUP BY state ORDER BY jobs";
  expect(await queue.sql(count)).toEqual([
    { state: "failed", jobs: 1 },
    { state: "done", jobs: 999 },
  ]);
  // Nobody but the poison job used up a try.
  const tried = `SELECT DISTINCT job_id::INT AS id FROM transitions WHERE state = ${STATE.delayed}`;
  expect((await queue.sql(tried)).filter(({ id }) => id !== POISON)).toEqual([]);
});
