/**
 * A process that claims a thousand jobs, one of which kills it. Arguments: the built engine's index.js, the path, the
 * job that is poison. Prints `{ "queued": n }` after opening and ends with status 0 when nothing is left to do.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [engine, path, poison] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
const queue = await Queue.open({ path });
let claimed = 0;
queue.task("t", async (_, { jobId, attempt }) => {
  // In the first process only when all are claimed, so that all of them are in its last claim.
  if (attempt === 1) {
    if (++claimed === 1000) process.kill(process.pid, "SIGKILL");
    return new Promise(() => undefined);
  }
  if (jobId === Number(poison)) process.kill(process.pid, "SIGKILL");
  return null;
});
if ((await queue.counts()).jobs === 0)
  await queue.enqueueAll(Array.from({ length: 1000 }, () => ({ task: "t" })));
writeSync(1, `${JSON.stringify({ queued: queue.stats().ready })}\n`);
queue.worker({ concurrency: 1000, claimBatch: 1000 }).start();
await queue.idle();
await queue.close();
