/** A DAG whose nodes say which ends of their parents make them run; then its control and its pictures. */
import { Queue } from "quackmark/engine";

const queue = await Queue.open({ path: "temp", config: { maxAttempts: 1 } });
let testsWork = false;
const build = queue.task("build", (target: string) => ({ target, bytes: 1024 }));
const test = queue.task("test", () => {
  if (!testsWork) throw new Error("2 tests failed");
  return "all passed";
});
// #region G4
// Results of parents, with the types of their tasks.
const publish = queue.task("publish", async (_args: null, ctx) => {
  const linux = await ctx.upstream("linux", build);
  return `published ${linux?.bytes} bytes`;
});
const tell = queue.task("tell", async (_args: null, ctx) => {
  const parents = await ctx.upstreamCompleted();
  return parents.map(({ name, state }) => `${name} ${state}`).join(", ");
});
// #endregion

// #region G1
// #region G2
const dag = queue.dag("release");
const linux = dag.node("linux", build, "linux");
const mac = dag.node("mac", build, "mac");
// Names may be used before their node is there; order does not matter.
dag.node("publish", publish, null, { after: [linux, mac, "tests"] });
const tests = dag.node("tests", test, undefined, { after: [linux] });
dag.node("alarm", tell, null, { after: [tests], trigger: "one_failed" });
dag.node("summary", tell, null, { after: [mac, tests], trigger: "all_done" });
dag.node("quorum", tell, null, { after: [linux, mac, tests], trigger: "at_least(2)" });
// #endregion
// #endregion

// #region G3
// One transaction: after a crash all of the run is there, or nothing. A cycle is refused with its names.
const { runId } = await dag.submit();
const loop = {
  nodes: [
    { name: "a", task: "test" },
    { name: "b", task: "test" },
  ],
};
await queue
  .submit({
    ...loop,
    edges: [
      ["a", "b"],
      ["b", "a"],
    ],
  })
  .catch(({ message }: Error) => console.log(message));
// #endregion

queue.worker({ concurrency: 1 }).start();
const show = async () => {
  const { status } = await queue.runs.wait(runId);
  console.log(`run ${runId}: ${status}`);
  const { nodes } = await queue.runs.graph(runId);
  for (const { name, state, jobId } of nodes) {
    const job = await queue.job(jobId);
    const why = state === "skipped" ? ` (${job?.cause}, because of job ${job?.by})` : "";
    console.log(`  ${name}: ${state}${why}`);
  }
};
await show();

// #region G7
testsWork = true;
// Failed nodes run again, what they kept from running waits again; what is done is not run twice.
await queue.runs.retry(runId);
await show();
const graph = await queue.runs.graph(runId);
console.log(
  graph
    .levels()
    .map((level) => level.map(({ name }) => name).join(" "))
    .join(" → "),
);
console.log(graph.toMermaid().split("\n")[0]);
console.log("progress:", await queue.runs.progress(runId));
// #endregion
await queue.close();
