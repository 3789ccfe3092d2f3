/** Q5 among several processes: whoever was elected to free lapsed claims and has nothing more to watch lets others do it. */
import { expect, it } from "vitest";
import type { Claim } from "../../src/engine/index.ts";
import { queueBench } from "../support/open-queue.ts";
import { until } from "../support/until.ts";

const bench = queueBench();

it("Q5: a claim is freed by another process when the elected one has nothing to watch any more", async () => {
  const config = { leaseMs: 900, retryBackoffMs: 1 };
  const first = await bench.open({ config });
  const second = await bench.open({ config });
  for (const queue of [first, second]) queue.task("t", () => null);
  const tick = async (until_: () => Promise<boolean>): Promise<void> =>
    until(async () => {
      bench.clock.advance(300);
      return until_();
    });
  // The first process is elected while it holds a claim, and frees it itself.
  await first.enqueue({ task: "t" });
  const [held] = (await first.claims.claim()) as [Claim];
  await tick(async () => (await first.job(held.jobId))?.state !== "claimed");
  // Then the second one holds one and walks away.
  bench.clock.advance(300);
  const later = await second.enqueue({ task: "t", queue: "later" });
  const [walked] = (await second.claims.claim({ queues: ["later"] })) as [Claim];
  expect(walked.jobId).toBe(later);
  await tick(async () => (await second.job(later))?.state !== "claimed");
  // Whether its holder was heard of meanwhile is a matter of time: then it is a lost lease, else a dead holder's claim.
  const attempts = (await second.job(later))?.attempts ?? [];
  expect(attempts).toHaveLength(1);
  expect(["delayed", "released"]).toContain(attempts[0]?.outcome);
});
