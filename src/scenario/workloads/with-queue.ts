/** Opens a workload's queue with the no-op task, and closes it whatever happens. */
import { statSync } from "node:fs";
import { Queue } from "../../engine/index.ts";
import { NOOP_TASK, noop } from "./dag-input.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** Runs `work` on the run's fresh queue and adds the size of the closed database to its metrics. */
export async function withQueue(
  { databasePath: path, durability }: WorkloadRun,
  work: (queue: Queue) => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const queue = await Queue.open({ path, durability });
  let metrics: Record<string, number>;
  try {
    queue.task(NOOP_TASK, noop);
    metrics = await work(queue);
  } finally {
    await queue.close();
  }
  return { ...metrics, dbBytes: fileBytes(path) };
}

/** The size of a file; 0 when there is none. */
export function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
