/** Runs a trial's code paths on a small DAG and a database of its own, so that the measured part is not the first. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { generateDag } from "../scenario/generate-dag.ts";
import type { WorkloadName } from "../scenario/workload.ts";
import { PROGRAMS } from "../scenario/workloads/programs.ts";
import type { Observer } from "../scenario/workloads/workload-run.ts";
import type { TrialOrder } from "./trial-message.ts";

/** Jobs of a warm-up round. Small, because the slowest strategy takes about a millisecond for a row. */
const WARM_UP_JOBS = 200;

/** An idle poller must not make the warm-up wait. */
const WARM_UP_POLL_MS = 1;

const SILENT: Observer = {
  began: () => undefined,
  progressed: () => undefined,
  ended: () => undefined,
};

/** One round of the order's own workload; submitting and draining both run when it drains. */
export async function warmUp(order: TrialOrder): Promise<void> {
  const workload: WorkloadName = order.workload;
  const databasePath = join(order.folder, "warm-up.db");
  const { pollInterval, ...parameters } = order.parameters;
  await PROGRAMS[workload]({
    dag: generateDag("random", WARM_UP_JOBS, order.seed),
    parameters:
      pollInterval === undefined ? parameters : { ...parameters, pollInterval: WARM_UP_POLL_MS },
    databasePath,
    durability: order.durability,
    observer: SILENT,
  });
  rmSync(databasePath, { force: true });
}
