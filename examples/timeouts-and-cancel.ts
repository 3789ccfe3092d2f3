/** An attempt ends at its timeout or by cancel, whether or not its handler listens; what it returns later changes nothing. */
import { Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp", config: { maxAttempts: 1 } });
const sleepers = new Set<() => void>();
// #region Q6
queue.task("listens", (_args, { signal }) => {
  signal.addEventListener("abort", () => console.log(`listens: ${signal.reason.cause}`));
  return new Promise((resolve) => sleepers.add(() => resolve("late")));
});
queue.task("deaf", () => new Promise((resolve) => sleepers.add(() => resolve("late"))));

await queue.enqueue({ task: "listens", timeoutMs: 50 });
await queue.enqueue({ task: "deaf", timeoutMs: 50 });
queue.worker({ concurrency: 10 }).start();
await queue.idle();

const running = await queue.enqueue({ task: "listens" });
const waiting = await queue.enqueue({ task: "listens", delayMs: 60_000 });
await queue.enqueue({ task: "listens", dependsOn: [running], trigger: "all_done" });
// Works on jobs in every state that is not final; by id, run, queue or task.
console.log("cancelled:", await queue.cancel({ jobId: waiting }));
console.log("cancelled:", await queue.cancel({ task: "listens" }));
// #endregion
for (const wake of sleepers) wake();
await queue.idle();
for (const id of [1, 2, 3, 4, 5]) {
  const job = await queue.job(id);
  console.log(`job ${id}: ${job?.state} (${job?.cause})`);
}
await queue.close();
