/** A loop of your own in place of a worker: claim, heartbeat, ack, fail, nack; and what fences a claim that is lost. */
import { type QuackmarkError, Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp", config: { leaseMs: 1_000 } });
queue.task("scan", () => null);
await queue.enqueueAll([{ task: "scan" }, { task: "scan" }, { task: "scan" }]);

// #region Q3
const [first, second, third] = await queue.claims.claim({ limit: 3 });
if (!first || !second || !third) throw new Error("three jobs are ready");
await queue.claims.ack(first, { pages: 3 });
await queue.claims.fail(second, new Error("paper jam"));
// Given back: no try is used up.
await queue.claims.nack(third);
// A token settles once: it is the job and the number of its attempt.
await queue.claims.ack(first).catch(({ code }: QuackmarkError) => console.log("again:", code));
// #endregion

// #region Q5
const [claim] = await queue.claims.claim();
if (!claim) throw new Error("the job that was given back is ready");
await queue.claims.heartbeat([claim]);
// Nobody renews it: the lease runs out, and the job is free.
await new Promise((resolve) => queue.on("delayed", resolve));
const lost = await queue.claims.heartbeat([claim]);
console.log("lost:", lost.length === 1);
await queue.claims.ack(claim).catch(({ code }: QuackmarkError) => console.log("too late:", code));
// #endregion

for (const id of [1, 2, 3]) {
  const job = await queue.job(id);
  const causes = job?.attempts.map(({ outcome, cause }) => `${outcome} (${cause})`);
  console.log(`job ${id}: ${job?.state}; ${causes?.join(", ")}`);
}
await queue.close();
