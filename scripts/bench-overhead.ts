/**
 * What the harness's own meters cost a drain: the same drain with all of them and with none, in turn, in one process.
 *
 *   npx tsx scripts/bench-overhead.ts [--pairs 48] [--jobs 50000] [--batch 1000] [--out results/overhead.json]
 *
 * The database is in memory, so that waiting for a disk makes the cost no smaller. What is compared is processor time.
 * A pair is four drains, none-all-all-none or the other way round, so that a drift of the machine favours no side.
 *
 * With: the figures of the process and the machine, the probe of the event loop, the reports of progress
 * to a parent. Without: nothing. The promise: below 2 % at the upper end of the interval. Exit 4 where it is broken.
 */
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Queue } from "../dist/engine/index.js";
import { readEnvironment } from "../dist/results/environment.js";
import { startTrialEnvironment } from "../dist/results/trial-environment.js";
import { generateDag } from "../dist/scenario/generate-dag.js";
import { dagInput } from "../dist/scenario/workloads/dag-input.js";
import { NOOP_JOBS } from "../dist/scenario/workloads/job-source.js";
import { startMeters, watchEventLoop } from "../dist/scenario/workloads/meter.js";
import { reportProgress } from "../dist/scenario/workloads/progress.js";
import { estimateDifference, logSlowdown, pairedSample } from "../dist/stats/compare.js";
import { median } from "../dist/stats/summary.js";

const LIMIT = 0.02;

const { values: opt } = parseArgs({
  options: {
    pairs: { type: "string", default: "48" },
    jobs: { type: "string", default: "50000" },
    batch: { type: "string", default: "1000" },
    out: { type: "string" },
  },
});

const PLACE = ":memory:";

/** Processor seconds of one drain on a fresh database: a neighbour on the machine changes them little, and the time much. */
async function drain(metered: boolean): Promise<number> {
  const queue = await Queue.open({ path: PLACE });
  try {
    NOOP_JOBS.register(queue);
    const dag = generateDag("random", Number(opt.jobs), 1);
    const { runId, jobs } = await queue.submit(dagInput(dag, NOOP_JOBS));
    const batch = Number(opt.batch);
    const worker = queue.worker({ concurrency: batch, claimBatch: batch });
    const stop = metered ? meter(queue, runId, jobs) : () => undefined;
    const before = process.cpuUsage();
    worker.start();
    await queue.waitForRun(runId);
    await stop();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  } finally {
    await queue.close();
  }
}

/** All that a trial of the scenario `drain` starts beside the work; returns its end. */
function meter(queue: Queue, runId: number, jobs: number): () => Promise<unknown> {
  const environment = startTrialEnvironment();
  const tell = (rowsDone: number, rowsTotal: number): void =>
    void process.send?.({ rowsDone, rowsTotal, environment: environment.end() });
  const observer = { began: () => undefined, progressed: tell, ended: () => undefined };
  const stopProgress = reportProgress(observer, jobs, async () => (await queue.run(runId)).done);
  const stopWatching = watchEventLoop();
  const read = startMeters(queue, PLACE);
  return async () => {
    read();
    environment.end();
    stopProgress();
    await stopWatching();
  };
}

async function measure(): Promise<void> {
  const [bare, metered]: [number[], number[]] = [[], []];
  for (const warm of [true, false, true]) await drain(warm);
  for (let pair = 0; pair < Number(opt.pairs); pair++) {
    const first = pair % 2 === 1;
    const [one, two] = [await drain(first), await drain(!first)];
    const [three, four] = [await drain(!first), await drain(first)];
    const [outer, inner] = [one + four, two + three];
    bare.push(first ? inner : outer);
    metered.push(first ? outer : inner);
  }
  process.send?.({ bare, metered });
}

/** Runs {@link measure} in a process that has a parent to report to, as every trial has. */
function measureInChild(): Promise<{ bare: number[]; metered: number[] }> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
    });
    child.on("message", (message: { bare?: number[]; metered?: number[] }) => {
      if (message.bare === undefined || message.metered === undefined) return;
      resolve({ bare: message.bare, metered: message.metered });
      child.disconnect();
    });
    child.once("exit", (code) => reject(new Error(`the measuring process ended with ${code}`)));
  });
}

const round = (value: number): number => Number(value.toPrecision(4));

async function report(): Promise<void> {
  const { bare, metered } = await measureInChild();
  const sample = pairedSample(
    bare.map((figure, pair) => logSlowdown([figure], [metered[pair] ?? 0], "lower")),
  );
  const { estimate, interval } = estimateDifference(sample);
  const percent = (log: number): number => Number(((Math.exp(log) - 1) * 100).toFixed(2));
  const row = {
    jobs: Number(opt.jobs),
    batch: Number(opt.batch),
    pairs: bare.length,
    drainsPerPair: 4,
    bareCpuS: round(median(bare) / 2),
    meteredCpuS: round(median(metered) / 2),
    costPercent: percent(estimate),
    lowPercent: interval === null ? null : percent(interval.low),
    highPercent: interval === null ? null : percent(interval.high),
    limitPercent: LIMIT * 100,
  };
  console.table([row]);
  if (opt.out !== undefined) {
    const command = ["npx", "tsx", "scripts/bench-overhead.ts", ...process.argv.slice(2)].join(" ");
    const environment = await readEnvironment(".");
    writeFileSync(
      opt.out,
      `${JSON.stringify({ command, at: new Date().toISOString(), environment, row, pairs: bare.map((cpuS, i) => [round(cpuS / 2), round((metered[i] ?? 0) / 2)]) })}\n`,
    );
  }
  if (interval === null || Math.exp(interval.high) - 1 >= LIMIT) process.exitCode = 4;
}

await (process.send === undefined ? report() : measure());
