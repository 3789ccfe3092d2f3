/**
 * A process whose files may not grow beyond a limit that its shell set: it stores jobs one after the other, also when
 * that fails. Arguments: the built engine's index.js, the path, jobs to store. Prints one line of JSON:
 * `{ "stored": [ids], "refused": [codes], "ready": n }`.
 */
import { pathToFileURL } from "node:url";

const [engine, path, jobs] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
const queue = await Queue.open({ path });
queue.task("t", async () => null);
const stored = [];
const refused = [];
const args = "x".repeat(10_000);
for (let i = 0; i < Number(jobs); i++)
  await queue.enqueue({ task: "t", args }).then(
    (id) => stored.push(id),
    ({ code }) => refused.push(code),
  );
process.stdout.write(`${JSON.stringify({ stored, refused, ready: queue.stats().ready })}\n`);
// The checkpoint of this close finds the disk full too.
await queue.close();
