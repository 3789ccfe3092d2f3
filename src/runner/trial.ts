/** The trial process: measures one cell once on a fresh database, or checks a finished one. Started by trial-process.ts. */
import { statSync } from "node:fs";
import { Queue, type StrategyName } from "../engine/index.ts";
import { messageOf } from "../lib/errors.ts";
import type { Checks } from "../results/result.ts";
import { startTrialEnvironment } from "../results/trial-environment.ts";
import { readDagFile } from "../scenario/dag-file/read-dag-file.ts";
import type { DagShape } from "../scenario/dag-shape.ts";
import { generateDag, SHAPE_NAMES } from "../scenario/generate-dag.ts";
import type { TrialOrder, TrialReply } from "./trial-message.ts";

function reply(message: TrialReply): void {
  process.send?.(message);
}

function dagOf(order: TrialOrder): DagShape {
  if (order.dagFile !== null) return readDagFile(order.dagFile);
  const shape = SHAPE_NAMES.find((name) => name === order.parameters["shape"]) ?? "random";
  return generateDag(shape, Number(order.parameters["dagSize"]), order.seed);
}

function* nodesOf(dag: DagShape) {
  for (let i = 0; i < dag.nodeCount; i++) {
    const priority = dag.priority?.(i);
    yield { name: dag.nodeName?.(i) ?? `n${i}`, task: "noop", args: { i }, ...(priority === undefined ? {} : { priority }) };
  }
}

function* edgesOf(dag: DagShape): Generator<readonly [number, number]> {
  for (let e = 0; e < dag.edgeCount; e++) yield [dag.children[e] as number, dag.parents[e] as number];
}

function sizeBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function measure(order: TrialOrder): Promise<void> {
  const dag = dagOf(order);
  const queue = await Queue.open({ path: order.databasePath, durability: order.durability });
  queue.task<{ i: number }, number>("noop", async ({ i }) => i);
  const { strategy, chunkSize } = order.parameters;
  const name = order.workload === "submit" ? (String(strategy) as StrategyName) : "auto";
  const chunk: { chunkSize?: number | "all" } = {};
  if (chunkSize === "all" || typeof chunkSize === "number") chunk.chunkSize = chunkSize;
  const watch = startTrialEnvironment();
  const startedMs = performance.now();
  const receipt = await queue.submit({ nodes: nodesOf(dag), edges: edgesOf(dag), strategy: name, ...chunk });
  const submitMs = performance.now() - startedMs;
  const metrics: Record<string, number> = { jobs: receipt.jobs, edges: receipt.edges };
  if (order.workload === "submit") {
    metrics["submitMs"] = submitMs;
    metrics["submitRowsPerS"] = ((receipt.jobs + receipt.edges) / submitMs) * 1000;
    metrics["submitStatements"] = receipt.statements;
    metrics["submitCommits"] = receipt.commits;
    metrics["rowsWritten"] = receipt.rows;
    metrics["statementBytesMax"] = receipt.statementBytesMax;
    metrics["parametersMax"] = receipt.parametersMax;
  } else Object.assign(metrics, await drain(queue, order, receipt.runId, receipt.jobs));
  metrics["walBytes"] = sizeBytes(`${order.databasePath}.wal`);
  metrics["peakRssBytes"] = process.resourceUsage().maxRSS * 1024;
  const environment = watch.end();
  await queue.close();
  metrics["dbBytes"] = sizeBytes(order.databasePath);
  reply({ kind: "measured", metrics, environment });
}

async function drain(queue: Queue, order: TrialOrder, runId: number, jobs: number): Promise<Record<string, number>> {
  const { workers, concurrency, claimBatch, wake, pollInterval } = order.parameters;
  const before = queue.stats();
  const cpuBefore = process.cpuUsage();
  const progress = setInterval(() => void queue.run(runId).then((run) => reply({ kind: "progress", rowsDone: run.done })), 500);
  const startedMs = performance.now();
  for (let n = 0; n < Number(workers ?? 1); n++) {
    queue
      .worker({
        concurrency: Number(concurrency),
        claimBatch: Number(claimBatch),
        wake: wake === "poll" ? "poll" : "notify",
        ...(typeof pollInterval === "number" ? { pollIntervalMs: pollInterval } : {}),
      })
      .start();
  }
  await queue.waitForRun(runId);
  const drainMs = performance.now() - startedMs;
  clearInterval(progress);
  const after = queue.stats();
  const cpu = process.cpuUsage(cpuBefore);
  const wait = await queue.queueWait();
  return {
    drainMs,
    drainJobsPerS: (jobs / drainMs) * 1000,
    commits: after.commits - before.commits,
    statements: after.statements - before.statements,
    polls: after.polls - before.polls,
    conflicts: after.conflicts - before.conflicts,
    cpuS: (cpu.user + cpu.system) / 1e6,
    queueWaitMsP50: wait.p50Ms,
    queueWaitMsP99: wait.p99Ms,
    transitionsPerJob: (after.rowsWritten - before.rowsWritten) / jobs,
  };
}

async function check(order: TrialOrder): Promise<void> {
  const queue = await Queue.open({ path: order.databasePath, durability: order.durability });
  const found = await queue.audit();
  await queue.close();
  const drained = order.workload === "drain";
  const checks: Checks = {
    jobs: found.jobs,
    edges: found.edges,
    doneOnce: drained ? found.doneOnce : null,
    ordered: drained ? found.ordered : null,
    checksum: found.checksum,
    violations: drained ? [...found.violations] : [],
  };
  reply({ kind: "checked", checks });
}

process.once("message", (order: TrialOrder) => {
  const work = order.mode === "measure" ? measure(order) : check(order);
  work
    .catch((error: unknown) => reply({ kind: "failed", reason: messageOf(error) }))
    .finally(() => process.disconnect());
});
