/** The engine, driven like scripts/limit.ts and printing the same JSON line: its public API on the same kind of DAG. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Queue } from "../dist/engine/index.js";

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

/** The kernel's own generator, so that both sides drain the same graph. */
function* edges(): Generator<readonly [number, number]> {
  let x = Number(opt.seed) >>> 0 || 1;
  const random = () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 4294967296;
  };
  for (let child = 1; child < jobs; child++) {
    let before = -1;
    for (let k = random() < 0.5 ? 1 : 2; k > 0; k--) {
      const parent = Math.floor(random() * child);
      if (parent === before) continue;
      before = parent;
      yield [child, parent];
    }
  }
}

const PREPARED_JOBS = 100_000;
const folder = mkdtempSync(join(tmpdir(), "engine-limit-"));
const queue = await Queue.open({ path: join(folder, "queue.db") });
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
