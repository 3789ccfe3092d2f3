/** Runs a trial's code paths on little work and a database of its own, so that the measured part is not the first. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { CellParameters } from "../scenario/expand-cells.ts";
import { generateDag } from "../scenario/generate-dag.ts";
import type { WorkloadName } from "../scenario/workload.ts";
import type { EngineBuild } from "../scenario/workloads/engine-build.ts";
import type { JobSource } from "../scenario/workloads/job-source.ts";
import type { Observer, Recorder } from "../scenario/workloads/workload-run.ts";
import { trialUrl } from "./plan-store.ts";
import { runWorkload } from "./run-workload.ts";
import type { TrialOrder } from "./trial-message.ts";

/** Jobs of a warm-up round. Small, because the slowest strategy takes about a millisecond for a row. */
const WARM_UP_JOBS = 200;

/** Parameters that make a round long are at most this. */
const AT_MOST: Readonly<Record<string, number>> = {
  jobs: WARM_UP_JOBS,
  urgentJobs: 10,
  width: 100,
  rounds: 2,
  nodes: 10,
  children: 10,
  duration: 100,
  backoff: 1,
  idle: 1,
  // An idle poller must not make the warm-up wait.
  pollInterval: 1,
};

/** Parameters that make it short are at least this. */
const AT_LEAST: Readonly<Record<string, number>> = { arrivalRate: 1000, speed: 1_000_000 };

/** A restart is cold, and tinybench warms its functions itself. */
const COLD: readonly WorkloadName[] = ["recovery", "micro"];

const SILENT: Observer = {
  began: () => undefined,
  progressed: () => undefined,
  ended: () => undefined,
};
const FORGETFUL: Recorder = { latency: () => () => undefined, series: () => () => undefined };

/** One round of the order's own workload; submitting and draining both run when it drains. */
export async function warmUp(
  order: TrialOrder,
  engine: EngineBuild,
  jobs: JobSource,
): Promise<void> {
  if (COLD.includes(order.workload)) return;
  const { store } = order;
  const databasePath =
    store === null ? join(order.folder, "warm-up.db") : trialUrl(store, "_warm_up");
  await runWorkload(order.workload, {
    engine,
    dag: generateDag("random", WARM_UP_JOBS, order.seed),
    jobs,
    seed: order.seed,
    parameters: warmUpParameters(order.parameters),
    databasePath,
    durability: order.durability,
    settings: order.settings,
    observer: SILENT,
    recorder: FORGETFUL,
  });
  if (store === null) rmSync(databasePath, { force: true });
  else await (await engine.lab()).dropQueue(databasePath);
}

/** The cell's parameters, those that say how much work there is brought down. */
export function warmUpParameters(parameters: CellParameters): CellParameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value !== "number") return [name, value];
      const most = AT_MOST[name] ?? value;
      return [name, Math.max(AT_LEAST[name] ?? Number.NEGATIVE_INFINITY, Math.min(value, most))];
    }),
  );
}
