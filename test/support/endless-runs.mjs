/**
 * A process that submits small runs and drains them until it is killed. Prints a line for each thing
 * that it was told is stored: `submitted <run>` and `done <run>`.
 *
 * Arguments: the built engine's index.js, the database, the seed of the runs' sizes.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [engine, path, seed] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
const queue = await Queue.open({ path });
queue.task("step", async ({ i }) => i);
queue.worker({ concurrency: 8, claimBatch: 8 }).start();
// A kill loses nothing that was written by a system call that has returned.
const say = (text) => writeSync(1, `${text}\n`);
let size = Number(seed);
const one = async () => {
  for (;;) {
    size = (size * 7 + 3) % 40;
    const nodes = Array.from({ length: size + 1 }, (_, i) => ({ task: "step", args: { i } }));
    const { runId } = await queue.submit({
      nodes,
      edges: nodes.slice(1).map((_, i) => [i + 1, i >> 1]),
    });
    say(`submitted ${runId}`);
    await queue.waitForRun(runId);
    say(`done ${runId}`);
  }
};
await Promise.all([one(), one(), one()]);
