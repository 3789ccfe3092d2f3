/** A run that grows while it runs: one node for each item of a result, and nodes that a handler adds. */
import { map, Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp" });
queue.task("list", () => ["a.csv", "b.csv", "c.csv"]);
queue.task("count", (file: string) => file.length);
// #region G6
// One job of `count` for each item of the parent's result; the node is done when they all are.
queue.task("count each", async (_args, ctx) =>
  map("count", (await ctx.upstream("list")) as string[]),
);
queue.task("sum", async (_args, ctx) => {
  const counts = (await ctx.upstream("count each")) as number[];
  // More nodes for this very run, in one transaction that the job's token fences.
  await ctx.addNodes({ nodes: [{ name: "added", task: "count", args: "by the handler" }] });
  return counts.reduce((a, b) => a + b, 0);
});
// #endregion

const { runId } = await queue.submit({
  nodes: ["list", "count each", "sum"].map((task) => ({ name: task, task })),
  edges: [
    ["count each", "list"],
    ["sum", "count each"],
  ],
});
queue.worker({ concurrency: 1 }).start();
const { status, jobs } = await queue.runs.wait(runId);
console.log(`${status}, ${jobs} nodes`);
for (const { name, state } of (await queue.runs.graph(runId)).nodes)
  console.log(`${name}: ${state}`);
console.log("sum:", (await queue.job(3))?.attempts.at(-1)?.payload);
await queue.close();
