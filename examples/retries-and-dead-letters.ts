/** What becomes of a job that fails: backoff, RetryLater, Abandon, and the way back from the dead letters. */
import { Abandon, Queue, RetryLater } from "quackmark/engine";

const queue = await Queue.open({ path: "temp", config: { retryBackoffMs: 10 } });
let asked = 0;
let bucketExists = false;

// #region Q4
queue.task("flaky", (_args, { attempt }) => {
  if (attempt < 3) throw new Error(`attempt ${attempt} fails`);
  return `attempt ${attempt} works`;
});
// Not now: no try is used up.
queue.task("polite", () => {
  if (++asked < 3) throw new RetryLater(10);
  return `asked ${asked} times`;
});
// Never: a dead letter at once, whatever tries are left.
queue.task("hopeless", () => {
  throw new Abandon("no such customer");
});
queue.task("upload", () => {
  if (!bucketExists) throw new Error("no such bucket");
  return "uploaded";
});
await queue.enqueue({ task: "flaky", backoffMs: 5 });
await queue.enqueue({ task: "polite", maxAttempts: 1 });
await queue.enqueue({ task: "hopeless" });
await queue.enqueue({ task: "upload", maxAttempts: 2 });
// #endregion

queue.worker({ concurrency: 1 }).start();
await queue.drain("default");
for (const id of [1, 2])
  console.log(`job ${id}: ${(await queue.job(id))?.attempts.at(-1)?.payload}`);

// #region Q7
for (const { jobId, task, attempts, cause } of await queue.deadLetters.list())
  console.log(`dead: job ${jobId} (${task}) after ${attempts} attempts, ${cause}`);
const { attempts } = await queue.deadLetters.inspect(4);
for (const { attempt, payload } of attempts) console.log(`  attempt ${attempt}: ${payload}`);

bucketExists = true;
const { redriven } = await queue.deadLetters.redrive({ task: "upload" });
await queue.drain("default");
console.log(`redriven ${redriven.join(", ")}: ${(await queue.job(4))?.state}`);
await queue.deadLetters.purge();
console.log(`dead letters left: ${(await queue.deadLetters.list()).length}`);
// #endregion
await queue.close();
