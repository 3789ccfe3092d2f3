/**
 * What the harness costs a drain: its meters within the trial's process, and its own process beside it.
 *
 *   npx tsx scripts/bench-overhead.ts [--pairs 48] [--rounds 5] [--jobs 100000] [--batch 1000] [--out results/published/overhead.json]
 *
 * Meters: the same drain with all of them (the figures of the process and the machine, the probe of the event loop, the
 * reports of progress to a parent) and with none. The database is in memory, so that waiting for a disk makes the cost
 * no smaller, and what is compared is processor time. The two take turns in one process, and a pair is the median of the
 * ratios of neighbours, as in the gate (decision 008). The promise: below 2 % at the upper end of the interval.
 *
 * Beside it: the processor time that the command itself takes while a trial measures, as each trial tells (`harnessCpuS`).
 * The promise: below 2 % of a core. Exit 4 where one is broken.
 */
import { execFile, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { Queue } from "../dist/engine/index.js";
import { readEnvironment } from "../dist/results/environment.js";
import { startTrialEnvironment } from "../dist/results/trial-environment.js";
import { generateDag } from "../dist/scenario/generate-dag.js";
import { dagInput } from "../dist/scenario/workloads/dag-input.js";
import { NOOP_JOBS } from "../dist/scenario/workloads/job-source.js";
import { startMeters, watchEventLoop } from "../dist/scenario/workloads/meter.js";
import { reportProgress } from "../dist/scenario/workloads/progress.js";
import { estimateDifference, logSlowdown, pairedSample } from "../dist/stats/compare.js";
import { medianInterval } from "../dist/stats/intervals.js";
import { median } from "../dist/stats/summary.js";
import type { Result } from "../src/results/result.ts";

const LIMIT_PERCENT = 2;
const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

const { values: opt } = parseArgs({
  options: {
    pairs: { type: "string", default: "48" },
    rounds: { type: "string", default: "5" },
    jobs: { type: "string", default: "100000" },
    batch: { type: "string", default: "1000" },
    out: { type: "string" },
  },
});

const PLACE = ":memory:";
const DAG = generateDag("random", Number(opt.jobs), 1);

/** Processor seconds of one drain on a fresh database: a neighbour on the machine changes them little, and the time much. */
async function drain(metered: boolean): Promise<number> {
  const queue = await Queue.open({ path: PLACE });
  try {
    NOOP_JOBS.register(queue);
    const { runId, jobs } = await queue.submit(dagInput(DAG, NOOP_JOBS));
    const batch = Number(opt.batch);
    const worker = queue.worker({ concurrency: batch, claimBatch: batch });
    const stop = metered ? meter(queue, runId, jobs) : () => undefined;
    // What earlier drains left behind is not this one's work.
    globalThis.gc?.();
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

/** A figure for each round of each pair. */
interface Figures {
  readonly bare: number[][];
  readonly metered: number[][];
}

async function measure(): Promise<void> {
  const figures: Figures = { bare: [], metered: [] };
  for (const warm of [true, false, true]) await drain(warm);
  for (let pair = 0; pair < Number(opt.pairs); pair++) {
    const [bare, metered]: [number[], number[]] = [[], []];
    for (let round = 0; round < Number(opt.rounds); round++) {
      const first = (pair + round) % 2 === 1;
      for (const side of [first, !first]) (side ? metered : bare).push(await drain(side));
    }
    figures.bare.push(bare);
    figures.metered.push(metered);
  }
  process.send?.(figures);
}

/** Runs {@link measure} in a process that has a parent to report to, as every trial has. */
function measureInChild(): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
      execArgv: [...process.execArgv, "--expose-gc"],
    });
    child.on("message", (message: Partial<Figures>) => {
      if (message.bare === undefined || message.metered === undefined) return;
      resolve({ bare: message.bare, metered: message.metered });
      child.disconnect();
    });
    child.once("exit", (code) => reject(new Error(`the measuring process ended with ${code}`)));
  });
}

/** The processor time of the command beside each of its trials, in percent of the time in which the trial drained. */
async function measureBeside(): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "quackmark-overhead-"));
  try {
    const run = `run drain --dag-size 100000 --claim-batch ${opt.batch} --wake notify --trials 8 --budget 5m`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [MAIN, ...run.split(" "), "--json", "--out", folder],
      { maxBuffer: 2 ** 28 },
    );
    const { cells } = JSON.parse(stdout) as Result;
    return cells.flatMap(({ trials }) =>
      trials
        .filter(({ spoiled }) => !spoiled)
        .map(({ metrics: { harnessCpuS = Number.NaN, drainMs = Number.NaN } }) =>
          Number(((100 * harnessCpuS * 1000) / drainMs).toFixed(3)),
        ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const round = (value: number): number => Number(value.toPrecision(4));

async function report(): Promise<void> {
  const { bare, metered } = await measureInChild();
  const slowdowns = bare.map((figures, pair) => logSlowdown(figures, metered[pair] ?? [], "lower"));
  const { estimate, interval } = estimateDifference(pairedSample(slowdowns));
  const percent = (log: number): number => Number(((Math.exp(log) - 1) * 100).toFixed(2));
  const meters = {
    jobs: Number(opt.jobs),
    batch: Number(opt.batch),
    pairs: bare.length,
    rounds: Number(opt.rounds),
    bareCpuS: round(median(bare.map(median))),
    meteredCpuS: round(median(metered.map(median))),
    costPercent: percent(estimate),
    lowPercent: interval === null ? null : percent(interval.low),
    highPercent: interval === null ? null : percent(interval.high),
  };
  const percents = await measureBeside();
  const besideInterval = medianInterval(percents);
  const beside = {
    n: percents.length,
    medianPercent: median(percents),
    lowPercent: besideInterval?.low ?? null,
    highPercent: besideInterval?.high ?? null,
  };
  console.table([meters]);
  console.table([beside]);
  if (opt.out !== undefined) {
    const command = ["npx", "tsx", "scripts/bench-overhead.ts", ...process.argv.slice(2)].join(" ");
    const environment = await readEnvironment(".");
    const at = new Date().toISOString();
    const record = { command, at, environment, limitPercent: LIMIT_PERCENT, meters, beside };
    const pairs = slowdowns.map(percent);
    writeFileSync(opt.out, `${JSON.stringify({ ...record, pairs, percents }, null, 2)}\n`);
  }
  const kept = [meters, beside].every(({ highPercent }) => (highPercent ?? 100) < LIMIT_PERCENT);
  if (!kept) process.exitCode = 4;
}

await (process.send === undefined ? report() : measure());
