/** Work that keeps a core busy, in threads: the event loop stays free, and a timeout ends the thread. */
import { Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp", config: { threads: 2 } });
// #region W3
// The module is imported in the threads, never here.
const primes = queue.task<number, number>("primes", {
  module: new URL("./primes.mjs", import.meta.url),
  export: "countPrimes",
});
await queue.enqueueAll([10_000, 100_000].map((upTo) => primes.job(upTo)));
// An attempt that takes too long is ended with its thread.
await queue.enqueue(primes.job(1e12, { timeoutMs: 300, maxAttempts: 1 }));
// #endregion

queue.worker({ concurrency: 2 }).start();
await queue.idle();
for (const id of [1, 2, 3]) {
  const job = await queue.job(id);
  const { payload, cause } = job?.attempts[0] ?? {};
  console.log(`job ${id}: ${job?.state}, ${job?.state === "done" ? payload : cause}`);
}
await queue.close();
