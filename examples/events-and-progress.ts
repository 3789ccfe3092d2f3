/** What a handler can say and ask, and what a process can hear of its queue. */
import { Queue } from "quackmark/engine";

// #region Q13
// One line for each attempt that ends, and what handlers log. OpenTelemetry: `telemetry: true`.
const lines: string[] = [];
const queue = await Queue.open({ path: "temp", logger: (line) => lines.push(line) });
// Every change of every job, told after its commit.
queue.on("job", ({ type, jobId, attempt }) => console.log(`job ${jobId}/${attempt}: ${type}`));
// #endregion

// #region W4
queue.task("import", async (rows: number, ctx) => {
  ctx.log(`${rows} rows`);
  for (let row = 1; row <= rows; row++) ctx.progress(row, rows);
  console.log("progress:", queue.progress(ctx.jobId));
  // A worker renews its claims by itself; false says that the claim is lost.
  console.log("still ours:", await ctx.heartbeat());
  const next = await ctx.enqueue({ task: "index", dependsOn: [ctx.jobId] });
  return { runId: ctx.runId, attempt: ctx.attempt, next };
});
// #endregion
queue.task("index", () => null);
await queue.enqueue({ task: "import", args: 3 });
queue.worker({ concurrency: 1 }).start();
await queue.idle();

console.log(lines[0]);
const { ready, delayed, claimed } = queue.stats();
console.log({ ready, delayed, claimed });
await queue.close();
