/**
 * The program of the process that `recovery` kills: finishes some jobs, submits others, begins as many
 * of those as a worker takes, says so, and waits for its end.
 */
import { loadEngine } from "./load-engine.ts";
import type { VictimOrder, VictimReply } from "./recovery.ts";
import { WATCHED_TASK } from "./watched-jobs.ts";
import { trialConfig } from "./with-queue.ts";

async function work(order: VictimOrder): Promise<void> {
  const { databasePath: path, durability, settings, jobs, finishedJobs, closes } = order;
  const engine = await loadEngine(order.engine);
  const queue = await engine.Queue.open({
    path,
    durability,
    config: trialConfig(engine, settings),
  });
  let live = false;
  const begun = new Promise<void>((resolve) => {
    queue.task(WATCHED_TASK, () => {
      if (!live) return null;
      resolve();
      // Jobs in flight at the kill never end.
      return new Promise<never>(() => undefined);
    });
  });
  const submit = (count: number, first: number) =>
    queue.submit({
      nodes: Array.from({ length: count }, (_, i) => ({
        task: WATCHED_TASK,
        args: { i: first + i },
      })),
    });
  queue.worker({ concurrency: 1000, claimBatch: 1000 }).start();
  if (finishedJobs > 0) await queue.waitForRun((await submit(finishedJobs, jobs)).runId);
  live = true;
  const { runId } = await submit(jobs, 0);
  await begun;
  const reply: VictimReply = { runId };
  if (closes) {
    await queue.close({ drainMs: 0 });
    process.off("disconnect", endOrphan);
    process.send?.(reply, () => process.disconnect());
  } else process.send?.(reply);
}

/** Without the process that started it nobody would kill it. */
function endOrphan(): void {
  process.kill(process.pid, "SIGKILL");
}

process.once("disconnect", endOrphan);
process.once("message", (order: VictimOrder) => void work(order));
