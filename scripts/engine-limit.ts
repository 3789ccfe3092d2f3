/** The engine, driven like scripts/limit.ts and printing the same JSON line: its public API on the same kind of DAG. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Queue } from "../dist/engine/index.js";
import { randomEdges } from "./limit-graph.ts";

const { values: opt } = parseArgs({
  options: {
    jobs: { type: "string", default: "100000" },
    batch: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});
const jobs = Number(opt.jobs);
const batch = Number(opt.batch);

function* nodes() {
  for (let i = 0; i < jobs; i++) yield { name: `n${i}`, task: "noop", args: { i } };
}

const drawn = randomEdges(jobs, Number(opt.seed));

function* edges(): Generator<readonly [number, number]> {
  for (let edge = 0; edge < drawn.children.length; edge++) {
    yield [drawn.children[edge] as number, drawn.parents[edge] as number];
  }
}

const PREPARED_JOBS = 100_000;
const folder = mkdtempSync(join(tmpdir(), "engine-limit-"));
const queue = await Queue.open({
  path: join(folder, "queue.db"),
  config: { retentionMs: 0, retentionJobs: 0 },
});
queue.task<{ i: number }, number>("noop", async ({ i }) => i);
// Up to 100,000 the caller's objects exist beforehand, as the kernel's do; beyond that a generator spares their memory.
const prepared = jobs <= PREPARED_JOBS ? { nodes: [...nodes()], edges: [...edges()] } : null;
let start = performance.now();
const receipt = await queue.submit(prepared ?? { nodes: nodes(), edges: edges() });
const submitMs = performance.now() - start;
start = performance.now();
const before = queue.stats().commits;
queue.worker({ concurrency: batch, claimBatch: batch }).start();
const status = await queue.waitForRun(receipt.runId);
const drainMs = performance.now() - start;
const commits = queue.stats().commits - before;
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
const audit = await queue.audit();
await queue.close();
rmSync(folder, { recursive: true, force: true });
if (status.done !== jobs || !audit.doneOnce || !audit.ordered)
  throw new Error(`wrong answer: ${status.done} of ${jobs} done`);
console.log(
  JSON.stringify({
    jobs,
    edges: receipt.edges,
    batch,
    submitMs,
    submitRowsPerS: ((jobs + receipt.edges) / submitMs) * 1000,
    drainMs,
    drainJobsPerS: (jobs / drainMs) * 1000,
    commits,
    peakRssBytes,
  }),
);
