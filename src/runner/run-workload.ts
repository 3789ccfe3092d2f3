/** Runs the program of any workload once, and verifies any workload's database: the one place that knows them all. */
import type { Checks } from "../results/result.ts";
import { type ParameterValue, WORKLOADS, type WorkloadName } from "../scenario/workload.ts";
import type { EngineBuild } from "../scenario/workloads/engine-build.ts";
import { auditWorkload, PROGRAMS } from "../scenario/workloads/programs.ts";
import type { WorkloadRun } from "../scenario/workloads/workload-run.ts";

/** See the file's head. */
export async function runWorkload(
  workload: WorkloadName,
  run: WorkloadRun,
): Promise<Readonly<Record<string, number>>> {
  if (workload !== "micro") return await PROGRAMS[workload](run);
  // The others need not wait for it to load.
  const { microWorkload } = await import("./micro/micro.ts");
  return await microWorkload(run);
}

/** Opens the database that a workload left, as after a restart, and reads what it holds. */
export async function checkWorkload(
  engine: EngineBuild,
  workload: WorkloadName,
  path: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<Checks> {
  if (workload === "micro") {
    const { checkMicro } = await import("./micro/micro.ts");
    return await checkMicro(engine, path, parameters);
  }
  const audit = await auditWorkload(engine, workload, path, parameters);
  const { jobs, edges } = audit;
  const { checks } = WORKLOADS[workload];
  const checksum = checks.includes("checksum") ? audit.checksum : "";
  // Where nothing ran, the audit's complaints that jobs are not done do not apply.
  if (!checks.includes("doneOnce")) {
    return { jobs, edges, doneOnce: null, ordered: null, checksum, violations: [] };
  }
  const { doneOnce, violations } = audit;
  const ordered = checks.includes("ordered") ? audit.ordered : null;
  return { jobs, edges, doneOnce, ordered, checksum, violations: [...violations] };
}
