/**
 * A process that kills itself with SIGKILL at an exact step of the engine, so that nothing of it runs on.
 *
 * Arguments: the built engine's index.js, the path, the step, how often it is passed first, the operation in which it
 * is counted, and milliseconds from the step to the kill (0: at once). Prints `{ "ids": [...] }`, the jobs that were
 * acknowledged before.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [engine, path, step, passes, operation, delayMs] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
let left = Number.POSITIVE_INFINITY;
const die = () => process.kill(process.pid, "SIGKILL");
const gate = async (point) => {
  if (point !== step || left-- > 0) return;
  if (Number(delayMs) > 0) setTimeout(die, Number(delayMs));
  else die();
};
const queue = await Queue.open({ path, gate });
queue.task("t", async () => null);
const { jobIds } = await queue.enqueueAll([{ task: "t" }, { task: "t" }, { task: "t" }]);
await queue.claims.claim({ limit: 1 });
const payload = "x".repeat(10_000);
if (operation === "checkpoint")
  for (let i = 0; i < 10; i++) {
    const some = Array.from({ length: 100 }, () => ({ task: "t", args: payload }));
    jobIds.push(...(await queue.enqueueAll(some)).jobIds);
  }
writeSync(1, `${JSON.stringify({ ids: jobIds })}\n`);
left = Number(passes);
const operations = {
  // One batch with rows for four tables.
  enqueue: async () => {
    const [enqueued] = await Promise.all([
      queue.enqueue({ task: "t", dependsOn: [2], uniqueKey: "k" }),
      queue.claims.claim({ limit: 1 }),
    ]);
    return enqueued;
  },
  submit: () => queue.submit({ nodes: [{ task: "t" }, { task: "t" }], edges: [[1, 0]] }),
  compact: () => queue.compact(),
  checkpoint: () => queue.close(),
};
await operations[operation]();
// What is here was not killed, and the test sees that by the signal.
process.exit(1);
