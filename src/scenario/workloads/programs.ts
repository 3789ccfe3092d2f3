/** The workloads' programs, by the name that scenario files use, and who verifies what they leave behind. */
import type { Audit } from "../../engine/index.ts";
import type { ParameterValue, WorkloadName } from "../workload.ts";
import { drainWorkload } from "./drain.ts";
import { endToEndWorkload } from "./end-to-end.ts";
import type { EngineBuild } from "./engine-build.ts";
import { fanOutFanInWorkload } from "./fan-out-fan-in.ts";
import { growthWorkload } from "./growth.ts";
import { loadWorkload } from "./load.ts";
import { prioritiesWorkload } from "./priorities.ts";
import { recoveryWorkload } from "./recovery.ts";
import { replayWorkload } from "./replay.ts";
import { retryStormWorkload } from "./retry-storm.ts";
import { subDagsWorkload } from "./sub-dags.ts";
import { submitWorkload } from "./submit.ts";
import { wakeLatencyWorkload } from "./wake-latency.ts";
import type { WorkloadProgram } from "./workload-run.ts";
import { auditWriteContention, writeContentionWorkload } from "./write-contention.ts";

/** The workloads whose programs are here: `micro` measures without a queue, and the runner has it. */
export type QueueWorkload = Exclude<WorkloadName, "micro">;

/** See the file's head. */
export const PROGRAMS: Readonly<Record<QueueWorkload, WorkloadProgram>> = {
  submit: submitWorkload,
  drain: drainWorkload,
  "end-to-end": endToEndWorkload,
  "wake-latency": wakeLatencyWorkload,
  load: loadWorkload,
  replay: replayWorkload,
  "write-contention": writeContentionWorkload,
  "fan-out-fan-in": fanOutFanInWorkload,
  "sub-dags": subDagsWorkload,
  priorities: prioritiesWorkload,
  "retry-storm": retryStormWorkload,
  recovery: recoveryWorkload,
  growth: growthWorkload,
};

/** Reads a workload's database with the engine that wrote it, after it was closed, and says what it holds. */
export function auditWorkload(
  engine: EngineBuild,
  workload: QueueWorkload,
  path: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<Audit> {
  return workload === "write-contention"
    ? auditWriteContention(engine, path, parameters)
    : engine.auditFile(path);
}
