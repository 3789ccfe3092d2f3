/** A worker in a process of its own: `worker-process.ts <url>`. Ends in order when its parent says or is gone. */
import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "../../../src/engine/index.ts";

const queue = await Queue.open({
  url: process.argv[2] as string,
  config: { leaseMs: 1_500, pollIntervalMs: 100 },
});
queue.task("nap", async () => {
  await sleep(1);
});
queue.worker({ concurrency: 50, claimBatch: 50 }).start();
process.send?.("ready");
process.once("disconnect", () => {
  queue.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
