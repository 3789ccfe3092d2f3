/**
 * A process that opens a queue, does what it is told, says so, and waits to be killed or for its input to end.
 *
 * Arguments: the built engine's index.js, the path, durability, jobs to enqueue one after the other. Prints one line of
 * JSON: `{ "ids": [...] }`, or `{ "code", "message" }` of the error that opening ended with.
 */
import { pathToFileURL } from "node:url";

const [engine, path, durability = "full", jobs = "0"] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
try {
  const queue = await Queue.open({ path, durability });
  queue.task("t", async () => null);
  const ids = [];
  for (let i = 0; i < Number(jobs); i++) ids.push(await queue.enqueue({ task: "t" }));
  say({ ids });
} catch ({ code, message }) {
  say({ code, message });
}
process.stdin.on("end", () => process.exit(0)).resume();
