/** Workers as a cell asks for them. */
import type { Queue, Worker, WorkerOptions } from "../../engine/index.ts";
import type { ParameterValue } from "../workload.ts";

/** Makes and starts the cell's workers; what it does not name is the engine's default. */
export function startWorkers(
  queue: Queue,
  parameters: Readonly<Record<string, ParameterValue>>,
  more: Pick<WorkerOptions, "onSettled"> = {},
): readonly Worker[] {
  const workers = makeWorkers(queue, parameters, more);
  for (const worker of workers) worker.start();
  return workers;
}

/** Makes the cell's workers; they claim nothing before their start. */
export function makeWorkers(
  queue: Queue,
  parameters: Readonly<Record<string, ParameterValue>>,
  more: Pick<WorkerOptions, "onSettled"> = {},
): Worker[] {
  const options = { ...workerOptions(parameters), ...more };
  const { workers: count = 1 } = parameters;
  return Array.from({ length: Number(count) }, () => queue.worker(options));
}

function workerOptions({
  concurrency,
  claimBatch,
  wake,
  pollInterval,
}: Readonly<Record<string, ParameterValue>>): Partial<WorkerOptions> {
  return {
    ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
    ...(claimBatch === undefined ? {} : { claimBatch: Number(claimBatch) }),
    ...(wake === undefined ? {} : { wake: wake === "poll" ? "poll" : "notify" }),
    ...(pollInterval === undefined ? {} : { pollIntervalMs: Number(pollInterval) }),
  };
}
