/** Opens a workload's queue with the tasks of its jobs, and closes it whatever happens. */
import { statSync } from "node:fs";
import type { Config, Queue, QueueOptions } from "../../engine/index.ts";
import type { WorkloadRun } from "./workload-run.ts";

/** Runs `work` on the run's queue and adds the size of the closed database to its metrics. */
export async function withQueue(
  { engine, databasePath: path, durability, settings, jobs }: WorkloadRun,
  work: (queue: Queue) => Promise<Record<string, number>>,
  config: Partial<Config> = {},
): Promise<Record<string, number>> {
  const queue = await engine.Queue.open({
    ...queuePlace(path),
    durability,
    config: { ...trialConfig(engine, settings), ...config },
  });
  let metrics: Record<string, number>;
  try {
    jobs.register(queue);
    metrics = await work(queue);
  } finally {
    await queue.close();
  }
  return { ...metrics, dbBytes: fileBytes(path) };
}

/** What is measured is counted afterwards, so nothing of it may be purged. */
const KEEP_ALL = { retentionMs: 0, retentionFailedMs: 0, retentionJobs: 0 };

/** The configuration of a trial. A build of another time does not know every setting. */
export function trialConfig(
  { SETTINGS }: Pick<WorkloadRun["engine"], "SETTINGS">,
  settings: WorkloadRun["settings"],
): Partial<Config> {
  return Object.fromEntries(
    Object.entries({ ...settings, ...KEEP_ALL }).filter(([name]) => Object.hasOwn(SETTINGS, name)),
  );
}

/** A database as the engine opens it: a file, or a PostgreSQL url. */
function queuePlace(database: string): Pick<QueueOptions, "path" | "url"> {
  return /^postgres(ql)?:\/\//.test(database) ? { url: database } : { path: database };
}

/** The size of a file; 0 when there is none. */
export function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
