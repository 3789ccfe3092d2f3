/** The workloads' programs, by the name that scenario files use. */
import type { WorkloadName } from "../workload.ts";
import { drainWorkload } from "./drain.ts";
import { submitWorkload } from "./submit.ts";
import type { WorkloadProgram } from "./workload-run.ts";

/** See the file's head. */
export const PROGRAMS: Readonly<Record<WorkloadName, WorkloadProgram>> = {
  submit: submitWorkload,
  drain: drainWorkload,
};
