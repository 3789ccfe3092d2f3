/** Who goes first: priorities, delays, several queues by weight or in strict order. */
import { Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp" });
const order: string[] = [];
queue.task("note", (text: string) => {
  order.push(text);
});

await queue.enqueue({ task: "note", args: "routine" });
await queue.enqueue({ task: "note", args: "later", delayMs: 1_000, priority: 100 });
await queue.enqueue({ task: "note", args: "urgent", priority: 90 });
await queue.enqueue({ task: "note", args: "some day", priority: 10 });
await queue.enqueue({ task: "note", args: "on New Year's Day", runAt: new Date("2125-01-01") });

const later = new Promise((resolve) =>
  queue.on("done", ({ jobId }) => jobId === 2 && resolve(jobId)),
);
const worker = queue.worker({ concurrency: 1 });
worker.start();
await later;
await worker.stop();
console.log(order.join(", "));
console.log("still waiting:", queue.stats().delayed);

// A list of queues is strict: `bulk` is asked only when `mail` is empty. Weights share the claims: 3 of 4 go to `mail`.
order.length = 0;
for (let i = 0; i < 4; i++) {
  await queue.enqueue({ task: "note", args: "bulk", queue: "bulk" });
  await queue.enqueue({ task: "note", args: "mail", queue: "mail" });
}
queue.worker({ queues: { mail: 3, bulk: 1 }, concurrency: 1 }).start();
await queue.idle();
console.log(order.join(", "));
await queue.close();
