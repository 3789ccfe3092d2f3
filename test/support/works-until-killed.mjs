/**
 * A process that works at everything at once until it is killed: runs that workers drain, batches of jobs, and claims
 * by hand. Prints a line for each thing that it was told is stored:
 *
 *     submitted <run>           done <run>
 *     enqueued <first id>       three jobs in one call
 *     claimed <job> <attempt>   acked <job> <attempt>
 *
 * Arguments: the built engine's index.js, the database, the seed of the runs' sizes.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [engine, path, seed] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
// Every other process checkpoints often, so that kills fall into checkpoints too.
const config = Number(seed) % 2 === 0 ? {} : { checkpointBytes: 1_048_576 };
const queue = await Queue.open({ path, config });
queue.task("step", async ({ i }) => i);
queue.worker({ concurrency: 8, claimBatch: 8 }).start();
// A kill loses nothing that was written by a system call that has returned.
const say = (text) => writeSync(1, `${text}\n`);
let size = Number(seed);
// A kill while a job runs alone uses up a try, and there are many kills.
const maxAttempts = 1000;

async function runs() {
  for (;;) {
    size = (size * 7 + 3) % 40;
    const nodes = Array.from({ length: size + 1 }, (_, i) => ({
      task: "step",
      args: { i },
      maxAttempts,
    }));
    const { runId } = await queue.submit({
      nodes,
      edges: nodes.slice(1).map((_, i) => [i + 1, i >> 1]),
    });
    say(`submitted ${runId}`);
    await queue.waitForRun(runId);
    say(`done ${runId}`);
  }
}

/** Three jobs at a time into a queue of their own, which no worker asks; some of them are acked. */
async function byHand() {
  for (;;) {
    const { jobIds } = await queue.enqueueAll(
      [0, 1, 2].map((i) => ({ task: "step", args: { i }, queue: "by hand", maxAttempts })),
    );
    say(`enqueued ${jobIds[0]}`);
    const claims = await queue.claims.claim({ queues: ["by hand"], limit: 2 });
    for (const { jobId, attempt } of claims) say(`claimed ${jobId} ${attempt}`);
    const [first] = claims;
    if (first === undefined) continue;
    await queue.claims.ack(first, "by hand");
    say(`acked ${first.jobId} ${first.attempt}`);
  }
}

await Promise.all([runs(), runs(), runs(), byHand()]);
