/** A node that becomes a run of its own: its children wait for that run, and the hierarchy can be asked for. */
import { expand, Queue, type RunTree } from "quackmark/engine";

const queue = await Queue.open({ path: "temp" });
queue.task("plan", () => ["north", "south"]);
queue.task("measure", (region: string) => region.length);
// #region G5
queue.task("survey", async (_args, ctx) => {
  const regions = (await ctx.upstream("plan")) as string[];
  // Failure and cancel go both ways; a retry of the node makes a new child run.
  return expand({
    name: "survey of regions",
    nodes: regions.map((region) => ({ name: region, task: "measure", args: region })),
  });
});
// #endregion
queue.task("report", async (_args, ctx) => ctx.upstream("survey"));

const { runId } = await queue.submit({
  name: "yearly",
  nodes: ["plan", "survey", "report"].map((task) => ({ name: task, task })),
  edges: [
    ["survey", "plan"],
    ["report", "survey"],
  ],
});
queue.worker({ concurrency: 1 }).start();
await queue.runs.wait(runId);

const print = ({ name, status, children }: RunTree, indent = ""): void => {
  console.log(`${indent}${name}: ${status.status}, ${status.done} of ${status.jobs} done`);
  for (const child of children) print(child, `${indent}  `);
};
print(await queue.runs.tree(runId));
const report = (await queue.runs.graph(runId)).nodes.find(({ name }) => name === "report");
console.log(`report: ${(await queue.job(report?.jobId ?? 0))?.attempts[0]?.payload}`);
await queue.close();
