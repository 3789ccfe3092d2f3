/**
 * `write-contention`: several workers claim and settle at once, through the lane or, for comparison,
 * each with a connection of its own that claims by UPDATE.
 */
import type { Audit } from "../../engine/index.ts";
import type { ParameterValue } from "../workload.ts";
import type { EngineBuild } from "./engine-build.ts";
import { startMeters } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { requireDone } from "./run-end.ts";
import { makeWorkers } from "./start-workers.ts";
import { fileBytes, withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function writeContentionWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  return run.parameters["writer"] === "raw" ? rawQueue(run) : laneQueue(run);
}

/** Verifies the database of either kind. */
export async function auditWriteContention(
  engine: EngineBuild,
  path: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<Audit> {
  if (parameters["writer"] !== "raw") return await engine.auditFile(path);
  const { auditRawClaims } = await engine.lab();
  return await auditRawClaims(path);
}

function laneQueue(run: WorkloadRun): Promise<Record<string, number>> {
  const { databasePath, observer, parameters } = run;
  const count = Number(parameters["jobs"]);
  const claimBatch = Number(parameters["claimBatch"] ?? 1);
  return withQueue(run, async (queue) => {
    const { runId, jobs } = await queue.submit({
      nodes: Array.from({ length: count }, (_, i) => ({
        task: run.jobs.taskOf(i),
        args: run.jobs.argsOf(i),
        priority: i % 101,
      })),
    });
    const workers = makeWorkers(queue, { ...parameters, concurrency: claimBatch });
    const stopProgress = reportProgress(observer, jobs, async () => (await queue.run(runId)).done);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    for (const worker of workers) worker.start();
    const end = await queue.waitForRun(runId);
    const { elapsedMs, metrics } = stopMeters();
    stopProgress();
    observer.ended();
    requireDone(end);
    return { ...metrics, jobs, edges: 0, ...pace(jobs, elapsedMs) };
  });
}

async function rawQueue(run: WorkloadRun): Promise<Record<string, number>> {
  const { engine, databasePath, durability, observer, parameters } = run;
  const jobs = Number(parameters["jobs"]);
  const { RawClaims } = await engine.lab();
  const queue = await RawClaims.open({
    path: databasePath,
    durability,
    jobs,
    workers: Number(parameters["workers"] ?? 1),
    claimBatch: Number(parameters["claimBatch"] ?? 1),
  });
  try {
    let done = 0;
    const stopProgress = reportProgress(observer, jobs, () => done);
    observer.began();
    const cpuBefore = process.cpuUsage();
    const startMs = performance.now();
    const cost = await queue.drain((ended) => {
      done += ended;
    });
    const elapsedMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(cpuBefore);
    stopProgress();
    observer.ended();
    return {
      ...cost,
      cpuS: (user + system) / 1e6,
      walBytes: fileBytes(`${databasePath}.wal`),
      jobs,
      edges: 0,
      ...pace(jobs, elapsedMs),
    };
  } finally {
    await queue.close();
  }
}

function pace(jobs: number, elapsedMs: number): Record<string, number> {
  return { drainMs: elapsedMs, drainJobsPerS: (jobs / elapsedMs) * 1000 };
}
