/** Jobs that must not be there twice, limits on what runs at once and how often, and backpressure. */
import { type QuackmarkError, Queue } from "quackmark/engine";

// #region Q9
const queue = await Queue.open({
  path: "temp",
  config: { backpressureWarnJobs: 5, backpressureRefuseJobs: 8 },
  limits: {
    keys: { "customer-7": { concurrency: 1 } },
    // A token bucket: 2 starts in 100 ms, at most 2 at once.
    queues: { mail: { rate: { count: 2, perMs: 100 } } },
  },
});
// #endregion

let running = 0;
let most = 0;
queue.task("sync", async () => {
  most = Math.max(most, ++running);
  await new Promise((resolve) => setTimeout(resolve, 5));
  running--;
});

// #region Q8
// At most one job with a key is live. What becomes of the second: `reject` (an error), `ignore` or `replace`.
const nightly = { task: "sync", uniqueKey: "nightly" };
const id = await queue.enqueue(nightly);
console.log(
  "ignored, so the same job:",
  id === (await queue.enqueue(nightly, { unique: "ignore" })),
);
const newer = await queue.enqueue(nightly, { unique: "replace" });
console.log(`replaced: ${(await queue.job(id))?.state}, and job ${newer} waits`);
await queue.enqueue(nightly).catch(({ code }: QuackmarkError) => console.log("rejected:", code));
// #endregion

// #region Q10
queue.on("pressure", ({ waitingJobs }) => console.log(`${waitingJobs} jobs wait: slow down`));
for (let i = 0; i < 4; i++) await queue.enqueue({ task: "sync", limitKey: "customer-7" });
for (let i = 0; i < 3; i++) await queue.enqueue({ task: "sync", queue: "mail" });
await queue
  .enqueue({ task: "sync" })
  .catch(({ code }: QuackmarkError) => console.log("full:", code));
// `wait` resolves when there is room.
const waited = queue.enqueue({ task: "sync", queue: "mail" }, { whenFull: "wait" });
// #endregion

queue.worker({ queues: ["default"], concurrency: 10 }).start();
await queue.drain("default");
await waited;
console.log(`of customer 7, ${most - 1 > 1 ? "several" : "one"} ran at once`);
const startMs = performance.now();
queue.worker({ queues: ["mail"], concurrency: 10 }).start();
await queue.drain("mail");
console.log("4 mails took 100 ms or more:", performance.now() - startMs >= 95);
await queue.close();
