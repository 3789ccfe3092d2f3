/**
 * A process with one running handler, whose claim the worker renews, and one claim by hand, which nobody renews.
 * Arguments: the built engine's index.js, the path, milliseconds of a lease. Prints JSON lines:
 *
 *     { "started": [job, attempt], "claimed": [job, attempt] }
 *     { "lost": job, "ack": code, "starts": n }    once the claim by hand has run out
 *     { "done": [job, attempt], "starts": n }      after a line of input, when the handler has ended
 */
import { once } from "node:events";
import { pathToFileURL } from "node:url";

const [engine, path, leaseMs] = process.argv.slice(2);
const { Queue } = await import(pathToFileURL(engine).href);
const queue = await Queue.open({
  path,
  config: { leaseMs: Number(leaseMs), retryBackoffMs: 60_000 },
});
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
let starts = 0;
let finish;
const finished = new Promise((resolve) => {
  finish = resolve;
});
const started = new Promise((resolve) => {
  queue.task("t", async (_, { jobId, attempt }) => {
    starts++;
    resolve([jobId, attempt]);
    await finished;
  });
});
const lost = new Promise((resolve) => queue.on("delayed", ({ jobId }) => resolve(jobId)));
const done = new Promise((resolve) =>
  queue.on("done", ({ jobId, attempt }) => resolve([jobId, attempt])),
);
await queue.enqueue({ task: "t" });
await queue.enqueue({ task: "t", queue: "by hand" });
queue.worker().start();
const running = await started;
const [token] = await queue.claims.claim({ queues: ["by hand"] });
say({ started: running, claimed: [token.jobId, token.attempt] });
const jobId = await lost;
const ack = await queue.claims.ack(token).then(
  () => null,
  ({ code }) => code,
);
say({ lost: jobId, ack, starts });
await once(process.stdin, "data");
finish();
say({ done: await done, starts });
await queue.close();
process.exit(0);
