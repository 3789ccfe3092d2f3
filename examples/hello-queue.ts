/** A queue in a file, a task, a job, a worker. */
import { Queue } from "quackmark/engine";

// `temp` is a file that is removed at close; name a path, such as "jobs.db", to keep it.
const queue = await Queue.open({ path: "temp" });

// #region Q2
// Args and results are JSON; their types flow from the handler to whoever enqueues.
const greet = queue.task("greet", ({ name }: { name: string }) => `hello ${name}`);
// #endregion

// #region Q1
// One job, or many in one transaction; stored when the promise resolves.
const first = await queue.enqueue(greet.job({ name: "world" }));
const { jobIds } = await queue.enqueueAll([
  greet.job({ name: "Ada" }),
  greet.job({ name: "Grace" }),
]);
// #endregion

// #region W1
// Handlers in flight at once; the worker is woken the moment work is ready, and polls only as a backstop.
queue.worker({ queues: ["default"], concurrency: 2 }).start();
await queue.idle();
// #endregion

for (const id of [first, ...jobIds]) {
  const job = await queue.job(id);
  console.log(`job ${id}: ${job?.state}, ${job?.attempts[0]?.payload}`);
}
await queue.close();
