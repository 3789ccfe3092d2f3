/** `submit`: one DAG reaches the queue by one strategy, from the call to its resolve after COMMIT. */
import type { Queue, SubmitOptions, SubmitReceipt } from "../../engine/index.ts";
import type { ParameterValue } from "../workload.ts";
import { dagInput } from "./dag-input.ts";
import { startMeters } from "./meter.ts";
import { reportProgress } from "./progress.ts";
import { withQueue } from "./with-queue.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** See the file's head. */
export function submitWorkload(run: WorkloadRun): Promise<Record<string, number>> {
  const { dag, databasePath, observer, parameters } = run;
  return withQueue(run, async (queue) => {
    const input = { ...dagInput(dag, run.jobs), ...submitOptions(parameters) };
    const rowsBefore = queue.stats().rowsWritten;
    const rowsDone = (): number => queue.stats().rowsWritten - rowsBefore;
    const stopProgress = reportProgress(observer, dag.nodeCount + dag.edgeCount, rowsDone);
    observer.began();
    const stopMeters = startMeters(queue, databasePath);
    const receipt = await queue.submit(input);
    const { elapsedMs, metrics } = stopMeters();
    stopProgress();
    observer.ended();
    const visibleMs = await visibleAfterMs(queue, receipt);
    return {
      ...metrics,
      ...costOf(receipt),
      submitMs: elapsedMs,
      visibleMs,
      submitRowsPerS: ((receipt.jobs + receipt.edges) / elapsedMs) * 1000,
    };
  });
}

/** How long after the submit's resolve another connection has seen all of its rows. */
async function visibleAfterMs(queue: Queue, { jobs, edges }: SubmitReceipt): Promise<number> {
  const startMs = performance.now();
  const seen = await queue.counts();
  const elapsedMs = performance.now() - startMs;
  if (seen.jobs === jobs && seen.edges === edges) return elapsedMs;
  throw new Error(
    `submit resolved, but another connection sees ${seen.jobs} of ${jobs} jobs and ${seen.edges} of ${edges} edges`,
  );
}

function submitOptions({
  strategy,
  chunkSize,
}: Readonly<Record<string, ParameterValue>>): SubmitOptions {
  return {
    // The scenario's schema allows known names only, and the engine refuses others.
    ...(strategy === undefined
      ? {}
      : { strategy: strategy as NonNullable<SubmitOptions["strategy"]> }),
    ...(typeof chunkSize === "number" || chunkSize === "all" ? { chunkSize } : {}),
  };
}

function costOf(receipt: SubmitReceipt): Record<string, number> {
  return {
    jobs: receipt.jobs,
    edges: receipt.edges,
    rowsWritten: receipt.rows,
    submitCommits: receipt.commits,
    submitStatements: receipt.statements,
    statementBytesMax: receipt.statementBytesMax,
    parametersMax: receipt.parametersMax,
  };
}
