/** A signal ends the process: no claim after it, handlers that can finish do, the others give their job back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue } from "quackmark/engine";

const folder = mkdtempSync(join(tmpdir(), "quackmark-example-"));
const path = join(folder, "jobs.db");
const queue = await Queue.open({ path });
const bothRun = new Promise((resolve) =>
  queue.on("claimed", ({ jobId }) => jobId === 2 && resolve(0)),
);
queue.task("short", () => new Promise((resolve) => setTimeout(resolve, 50)));
queue.task("endless", (_args, { signal }) => {
  signal.addEventListener("abort", () => console.log(`told to stop: ${signal.reason.cause}`));
  return new Promise(() => undefined);
});
await queue.enqueue({ task: "short" });
await queue.enqueue({ task: "endless" });
await queue.enqueue({ task: "short", delayMs: 60_000 });
queue.worker({ concurrency: 2 }).start();
await bothRun;

// #region W2
// SIGINT and SIGTERM close the queue: up to `drainMs` for what runs, then it is released. A second signal does not wait.
queue.closeOnSignals({ drainMs: 500 });
// #endregion
// Without a listener of ours the process would end with the signal, once the queue is closed.
process.on("SIGTERM", () => console.log("SIGTERM"));
process.kill(process.pid, "SIGTERM");
await new Promise((resolve) => setTimeout(resolve, 50));
await queue.close();

const again = await Queue.open({ path });
for (const id of [1, 2, 3]) {
  const job = await again.job(id);
  console.log(`job ${id}: ${job?.state} after ${job?.attempts.length} attempts`);
}
await again.close();
rmSync(folder, { recursive: true });
